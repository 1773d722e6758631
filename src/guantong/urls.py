"""Every address of the web application."""

from django.urls import URLPattern, URLResolver, include, path

from guantong.kit import probes

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", probes.live, name="live"),
    path("health/ready", probes.ready, name="ready"),
    path("metrics", probes.metrics, name="metrics"),
    path("c/<str:company>/", include("guantong.discussion.urls")),
]
