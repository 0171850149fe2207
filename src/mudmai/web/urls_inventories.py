"""Addresses of city inventories of greenhouse gases."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.inventories import entries, lists, overview, settings, sheet

urlpatterns: list[URLPattern] = [
    path("inventories/", lists.inventory_list, name="inventories"),
    path("inventories/new/", settings.new_inventory, name="inventory_new"),
    path("inventories/<uuid:inventory>/", overview.inventory_page, name="inventory"),
    path("inventories/<uuid:inventory>/table.<str:form>", overview.inventory_table, name="inventory_table"),
    path("inventories/<uuid:inventory>/settings/", settings.inventory_settings, name="inventory_settings"),
    path("inventories/<uuid:inventory>/release/", settings.inventory_release, name="inventory_release"),
    path("inventories/<uuid:inventory>/entries/new/", entries.new_entry, name="inventory_entry_new"),
    path("inventories/<uuid:inventory>/entries/<uuid:entry>/", entries.change_entry, name="inventory_entry"),
    path(
        "inventories/<uuid:inventory>/entries/<uuid:entry>/remove/", entries.entry_remove, name="inventory_entry_remove"
    ),
    path("inventories/<uuid:inventory>/balances/<str:balance>/", entries.balance_form, name="inventory_balance"),
    path("inventories/<uuid:inventory>/sheet/", sheet.inventory_sheet, name="inventory_sheet"),
]
