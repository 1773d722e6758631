"""Addresses of the pages about access."""

from django.urls import path

from guantong.access import views

app_name = "access"
urlpatterns = [
    path("members/", views.members_page, name="members"),
    path("members/<int:member_id>/", views.member_page, name="member"),
    path("members/<int:member_id>/end/", views.membership_page, name="membership"),
    path("members/grants/<int:grant_id>/remove/", views.grant_page, name="grant"),
    path("access/", views.own_page, name="own"),
    path("access/delegations/<int:delegation_id>/remove/", views.delegation_page, name="delegation"),
    path("access/choices/", views.choices_page, name="choices"),
]
