"""Addresses of the pages about access."""

from django.urls import path

from guantong.access import views

app_name = "access"
urlpatterns = [
    path("members/", views.members_page, name="members_page"),
    path("members/<int:member_id>/", views.member_page, name="member_page"),
    path("members/<int:member_id>/end/", views.membership_page, name="membership_page"),
    path("members/grants/<int:grant_id>/remove/", views.grant_page, name="grant_page"),
    path("access/", views.own_page, name="own_page"),
    path("access/delegations/<int:delegation_id>/remove/", views.delegation_page, name="delegation_page"),
    path("access/choices/", views.choices_page, name="choices_page"),
    path("access/who/<str:table>/<str:code>/", views.audience_page, name="audience_page"),
]
