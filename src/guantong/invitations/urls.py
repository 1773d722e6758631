"""Addresses of the pages about invitations."""

from django.urls import path

from guantong.invitations import views

app_name = "invitations"
urlpatterns = [
    path("c/<str:company>/invitations/", views.invitations_page, name="invitations_page"),
    path("c/<str:company>/invitations/<int:invitation_id>/remove/", views.invitation_page, name="invitation_page"),
    path("invitations/<str:company>/<str:secret>/", views.join_page, name="join_page"),
]
