"""Addresses of markers and certifiers, of the city's result, and of a decision as everybody reads it."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.marking import (
    certifier,
    deciding,
    desk,
    landing,
    marks,
    public,
    result,
)

_FILE = "marking/<uuid:file>/"

urlpatterns: list[URLPattern] = [
    path("marking/", landing.marking, name="marking"),
    path(_FILE, certifier.marking_file, name="marking_file"),
    path(_FILE + "marks/", marks.marks_page, name="marking_marks"),
    path(_FILE + "provisional/", marks.tell_page, name="marking_tell"),
    path(_FILE + "decide/", deciding.decide_page, name="marking_decide"),
    path(_FILE + "appeal/", deciding.appeal_page, name="marking_appeal"),
    path(_FILE + "mark/", desk.desk, name="marking_desk"),
    path(_FILE + "mark/<str:part>/", desk.part_page, name="marking_part"),
    path("assessments/<uuid:file>/result/", result.result_page, name="file_result"),
    path("register/<slug:number>/decision/", public.decision_page, name="certificate_decision"),
]
