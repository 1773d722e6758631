"""Addresses of the pages about tokens."""

from django.urls import path

from guantong.tokens import views

app_name = "tokens"
urlpatterns = [
    path("tokens/", views.tokens_page, name="tokens_page"),
    path("tokens/<int:token_id>/remove/", views.token_page, name="token_page"),
]
