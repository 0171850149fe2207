"""Addresses of the assessment of cities for the city's side; markers and certifiers have their own."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.assessment import (
    answering,
    books,
    calls,
    cities,
    city_file,
    criteria,
    evidence,
    landing,
    roadmaps,
)

_FILE = "assessments/<uuid:file>/"
_CITY = "cities/<slug:code>/"

urlpatterns: list[URLPattern] = [
    path("assessments/", landing.assessments, name="assessments"),
    path("criteria/<str:set>/", criteria.criteria_page, name="criteria"),
    path("criteria/<str:set>/<str:kind>.xlsx", books.set_book, name="criteria_book"),
    path("cities/", cities.city_list, name="cities"),
    path("cities/new/", cities.new_city, name="new_city"),
    path(_CITY, cities.city_page, name="city"),
    path(_CITY + "change/", cities.change_city, name="city_change"),
    path(_CITY + "roadmap/", roadmaps.roadmap, name="city_roadmap"),
    path(_CITY + "roadmap/new/", roadmaps.new_item, name="roadmap_new"),
    path(_CITY + "roadmap/<uuid:item>/", roadmaps.item_page, name="roadmap_item"),
    path("calls/new/", calls.new_call, name="new_call"),
    path("calls/<uuid:call>/", calls.call_page, name="call"),
    path("calls/<uuid:call>/change/", calls.change_call, name="call_change"),
    path(_FILE, city_file.city_file, name="city_file"),
    path(_FILE + "parts/<str:part>/", answering.part_page, name="file_part"),
    path(_FILE + "criteria/<str:criterion>/evidence/", evidence.evidence_page, name="file_evidence"),
    path(_FILE + "evidence/<uuid:evidence>/", evidence.evidence_download, name="evidence_file"),
    path(_FILE + "answers.xlsx", books.filled_book, name="file_book"),
    path(_FILE + "book/", books.load_book, name="file_load"),
]
