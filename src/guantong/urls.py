"""Every address of the web application."""

from django.urls import URLPattern, URLResolver, include, path

from guantong.api import api
from guantong.kit import probes

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", probes.live, name="live"),
    path("health/ready", probes.ready, name="ready"),
    path("api/v1/", api.urls),
    path("metrics", probes.metrics, name="metrics"),
    path("c/<str:company>/", include("guantong.discussion.urls")),
    path("c/<str:company>/", include("guantong.notifications.urls")),
    path("", include("guantong.accounts.urls")),
    path("", include("guantong.invitations.urls")),
    path("c/<str:company>/", include("guantong.access.urls")),
    path("c/<str:company>/", include("guantong.tokens.urls")),
    path("c/<str:company>/", include("guantong.rewards.urls")),
]
handler400 = "guantong.accounts.views.bad_request_page"
handler403 = "guantong.accounts.views.forbidden_page"
handler404 = "guantong.accounts.views.missing_page"
handler429 = "guantong.accounts.views.limit_page"
handler500 = "guantong.accounts.views.failed_page"
