"""Addresses of the pages about rewards."""

from django.urls import path

from guantong.rewards import views

app_name = "rewards"
urlpatterns = [path("pay/", views.pay_page, name="pay_page")]
