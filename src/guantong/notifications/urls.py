"""Addresses of notices, below a company's."""

from django.urls import path

from guantong.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.list_page, name="list_page"),
    path("notices/choices/", views.choices_page, name="choices_page"),
    path("notices/mails/", views.deliveries_page, name="deliveries_page"),
]
