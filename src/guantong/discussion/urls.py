"""Addresses of discussions, below a company's."""

from django.urls import path

from guantong.discussion import views

app_name = "discussion"
urlpatterns = [
    path("discussion/<str:table>/<path:code>/", views.thread_page, name="thread_page"),
    path("comments/<str:code>/", views.comment_page, name="comment_page"),
    path("comments/<str:code>/remove/", views.remove_comment_page, name="remove_comment_page"),
    path("files/<str:code>/", views.file_page, name="file_page"),
    path("files/<str:code>/remove/", views.remove_file_page, name="remove_file_page"),
]
