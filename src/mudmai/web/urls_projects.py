"""Addresses of programmes, projects and their money."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.projects import (
    alike,
    cascade,
    editing,
    links,
    lists,
    loading,
    paper,
    portfolio,
    printing,
    programmes,
    project,
    project_links,
    revised_book,
)

_PROGRAMME = "programmes/<uuid:programme>/"
_PROJECT = "projects/<uuid:project>/"

urlpatterns: list[URLPattern] = [
    path("projects/", portfolio.portfolio, name="projects"),
    path("projects/list.<str:form>", portfolio.portfolio_table, name="projects_table"),
    path("projects/alike/", alike.alike, name="projects_alike"),
    path("projects/cascade/", cascade.cascade_page, name="cascade"),
    path("projects/cascade.<str:form>", cascade.cascade_table, name="cascade_table"),
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/new/", programmes.new_programme, name="new_programme"),
    path(_PROGRAMME, programmes.programme, name="programme"),
    path(_PROGRAMME + "print/", printing.print_page, name="programme_print_page"),
    path(_PROGRAMME + "print.<str:form>", printing.printed, name="programme_print"),
    path(_PROGRAMME + "blank.<str:form>", printing.blank, name="programme_blank"),
    path(_PROGRAMME + "list/", lists.load_list, name="programme_list_load"),
    path(_PROGRAMME + "list/<uuid:job>/", lists.preview_list, name="programme_list_preview"),
    path(_PROGRAMME + "links/", links.programme_links, name="programme_links"),
    path(_PROGRAMME + "alike/", alike.alike, name="programme_alike"),
    path(_PROGRAMME + "load/", loading.load, name="programme_load"),
    path(_PROGRAMME + "load/<uuid:job>/", loading.preview, name="programme_preview"),
    path(_PROGRAMME + "revise/<uuid:job>/", revised_book.revised, name="programme_revised"),
    path(_PROJECT, project.project, name="project"),
    path(_PROJECT + "sign.svg", project.site_sign, name="project_sign"),
    path(_PROJECT + "page.pdf", project.one_page, name="project_pdf"),
    path("areas/<str:area>/page.pdf", paper.area_paper, name="area_pdf"),
    path(_PROJECT + "edit/", editing.edit, name="project_edit"),
    path(_PROJECT + "links/", project_links.project_links, name="project_links"),
]
