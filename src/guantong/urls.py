"""Every address of the web application."""

from django.urls import URLPattern, URLResolver, path

from guantong.api import api
from guantong.kit import probes

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", probes.live, name="live"),
    path("health/ready", probes.ready, name="ready"),
    path("api/v1/", api.urls),
    path("metrics", probes.metrics, name="metrics"),
]
