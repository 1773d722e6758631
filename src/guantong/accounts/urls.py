"""Addresses of signing in: allauth's, and ours beside them."""

from allauth import urls as allauth_urls
from django.urls import URLPattern, URLResolver, include, path

from guantong.accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.start_page, name="home"),
    path("language/", views.language_page, name="language"),
    path("accounts/sessions/<int:session_id>/end/", views.session_page, name="session_end"),
    path("accounts/", include(allauth_urls)),
]
