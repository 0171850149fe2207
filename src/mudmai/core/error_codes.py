"""Every error code that the product can answer with, in words: one list for the API, the manual and the tests.

Codes are stable: programs may branch on them. ``docs/reference/errors.md`` is generated from this list, and a test
reads the source for codes that are missing here.
"""

from __future__ import annotations

from collections.abc import Mapping

from mudmai.core.language import Text

CODES: Mapping[str, Text] = {
    # formulas
    "formula": Text("สูตรอ่านไม่ได้หรือคำนวณไม่ได้", "a formula that cannot be read or must not be computed"),
    "formula_syntax": Text("ข้อความของสูตรอ่านไม่ได้", "the text of a formula cannot be read"),
    "formula_too_long": Text("สูตรยาวเกินกำหนด", "a formula that is too long"),
    "formula_too_deep": Text("สูตรซ้อนกันลึกหรือใหญ่เกินกำหนด", "a formula that is nested too deeply or too large"),
    "unknown_function": Text("ฟังก์ชันที่ไม่มีในภาษาสูตร", "a function that the formula language does not have"),
    "arguments": Text("ฟังก์ชันได้ค่าไม่ครบหรือค่าที่ไม่รับ", "a function that lacks an argument or gets one it does not take"),
    "buddhist_year": Text("ปี พ.ศ. ในสูตรซึ่งใช้ปี ค.ศ.", "a Buddhist year in a formula, where CE years are written"),
    "ambiguous_name": Text("ชื่อเดียวเป็นทั้งอนุกรมและสูตร", "a name of both a series and a named formula"),
    "unknown_dimension": Text("มิติหรือรหัสที่อนุกรมไม่ได้ประกาศไว้", "a dimension or code that the series does not declare"),
    "unknown_unit": Text("หน่วยที่ไม่มีในระบบ", "a unit that is neither built in nor declared"),
    "unknown_level": Text("ระดับพื้นที่ในสูตรที่ระบบพื้นที่ไม่มี", "a level in a formula that the area system does not have"),
    "frequency_clash": Text("ความถี่ที่ใช้ร่วมกันไม่ได้", "frequencies that do not fit together"),
    "wrong_type": Text(
        "ใช้เงื่อนไขแทนตัวเลขหรือตัวเลขแทนเงื่อนไข", "a condition where a number is needed, or the other way round"
    ),
    "needs_series": Text("ฟังก์ชันของเวลาหรือพื้นที่ที่มีแต่ตัวเลข", "a function of time or areas over numbers alone"),
    "not_additive": Text("บวกข้ามพื้นที่ในสิ่งที่บวกกันไม่ได้", "values that must not be added over areas"),
    "aggregation": Text("อนุกรมที่ไม่มีกติกาการรวมพื้นที่", "a series without a rule to aggregate areas"),
    "unit_clash": Text("หน่วยที่ใช้ร่วมกันไม่ได้", "units that do not fit together"),
    "area_system_clash": Text(
        "ระบบพื้นที่ต่างกันโดยไม่มีทางเชื่อมที่ประกาศไว้", "series of different area systems without a declared crosswalk"
    ),
    "cycle": Text("สูตรที่ต้องใช้ตัวเอง", "a formula that needs itself"),
    "no_area_system": Text("สูตรที่ไม่มีอนุกรมจึงไม่รู้ระบบพื้นที่", "a formula without a series, so that no area system is known"),
    "unchecked_formula": Text("สูตรที่ยังไม่ผ่านการตรวจ", "a formula that was not checked first"),
    "unknown_node": Text("ส่วนของสูตรที่เครื่องคำนวณไม่รู้จัก", "a part of a formula that the evaluator does not know"),
    # names, periods, questions
    "error": Text("ข้อผิดพลาด", "an error"),
    "input": Text("ข้อมูลที่ให้มาใช้ไม่ได้", "input that cannot be used"),
    "unknown_name": Text("ชื่อที่ไม่มีอยู่", "a plan, series, area, indicator, reading or release that does not exist"),
    "period": Text("ปีหรือช่วงเวลาที่อ่านไม่ได้", "a year or period that cannot be read"),
    "level": Text("ระดับพื้นที่ที่ไม่มีในระบบ", "a level that the area system does not have"),
    "paging": Text("เลขหน้าหรือจำนวนแถวใช้ไม่ได้", "a page or number of rows that cannot be used"),
    "sort": Text("คอลัมน์ที่ใช้เรียงไม่ได้", "a column that cannot be sorted by"),
    "preferences": Text("ค่าที่ผู้อ่านตั้งใช้ไม่ได้", "a preference that cannot be used"),
    "no_release": Text("ยังไม่มีข้อมูลที่เผยแพร่", "nothing is published yet"),
    "no_data": Text("ไม่มีข้อมูลให้คำนวณ", "there is no data to compute with"),
    # tidy files and datasets
    "import_refused": Text("แฟ้มข้อมูลที่ไม่รับทั้งแฟ้ม", "a file of observations that is refused whole"),
    "missing_column": Text("ขาดคอลัมน์", "a column is missing"),
    "unknown_column": Text("คอลัมน์ที่ไม่รู้จัก", "a column that is not known"),
    "duplicate_column": Text("คอลัมน์ซ้ำ", "a column that stands twice"),
    "column_type": Text("ชนิดข้อมูลของคอลัมน์ใช้ไม่ได้", "a column of a type that cannot be used"),
    "row_shape": Text("จำนวนช่องในแถวไม่ตรงหัวตาราง", "a row with more or fewer fields than the heading"),
    "line_break": Text("มีการขึ้นบรรทัดในช่องข้อมูล", "a line break inside a field"),
    "empty_cell": Text("ช่องว่างที่ต้องมีค่า", "an empty cell that must have a value"),
    "value_missing": Text("ไม่มีค่าและไม่มีสถานะบอกว่าขาด", "no value and no flag that says it is missing"),
    "value_with_missing_flag": Text("มีค่าทั้งที่สถานะบอกว่าขาด", "a value under a flag that says it is missing"),
    "out_of_bounds": Text("ค่านอกช่วงที่เป็นไปได้", "a value outside the series' bounds"),
    "mixed_calendars": Text("ปนปี พ.ศ. และ ค.ศ. ในแฟ้มเดียว", "Buddhist and Common Era years in one file"),
    "duplicate": Text("ข้อมูลซ้ำ", "one fact that stands twice"),
    "held_elsewhere": Text("ข้อมูลนี้อยู่ในชุดข้อมูลอื่นแล้ว", "a fact that another dataset already holds"),
    "facts": Text("ข้อมูลขัดกันเอง", "facts that contradict each other"),
    "dataset_name": Text("ชื่อชุดข้อมูลใช้ไม่ได้", "a dataset name that cannot be used"),
    "empty_dataset": Text("ชุดข้อมูลว่าง", "a dataset without rows"),
    "frequency": Text("ความถี่ไม่ตรงกับอนุกรม", "a frequency that is not the series' own"),
    # files
    "file_missing": Text("ไม่พบแฟ้ม", "a file that is not there"),
    "file_type": Text("ชนิดแฟ้มที่ไม่รับ", "a type of file that is not taken"),
    "too_large": Text("แฟ้มใหญ่เกินกำหนด", "a file above the limit"),
    "empty": Text("แฟ้มว่าง", "an empty file"),
    "encoding": Text("รหัสอักขระอ่านไม่ได้", "an encoding that cannot be read"),
    "unreadable": Text("แฟ้มเสียหรืออ่านไม่ได้", "a file that is damaged or cannot be read"),
    "output": Text("เขียนผลลัพธ์ไม่ได้", "a result that cannot be written there"),
    # boundaries and area systems
    "geometry_refused": Text("แฟ้มขอบเขตที่ไม่รับ", "a file of areas with shapes that cannot be used"),
    "area_system": Text("ตารางพื้นที่ขัดกันเอง", "an area system that contradicts itself"),
    "crosswalk": Text("ตารางเทียบระหว่างระบบพื้นที่ใช้ไม่ได้", "a crosswalk with a repeated pair or a weight that is no share"),
    "empty_shape": Text("พื้นที่ที่ไม่มีรูปขอบเขต", "an area without a shape"),
    "not_polygon": Text("รูปที่ไม่ใช่รูปปิด", "a shape that is no polygon"),
    "outside_lon_lat": Text("พิกัดไม่ใช่ลองจิจูด/ละติจูด", "coordinates that are no longitude and latitude"),
    "no_ground": Text("รูปที่ไม่มีเนื้อที่", "a shape that encloses no ground"),
    "system_id": Text("รหัสระบบพื้นที่ใช้ไม่ได้", "an id of an area system that cannot be used"),
    "columns": Text("คอลัมน์ของตารางพื้นที่ไม่ครบ", "an area table without the columns it needs"),
    "code_field": Text("ไม่รู้ว่าช่องใดคือรหัสพื้นที่", "it is not known which field holds the code"),
    "no_code": Text("พื้นที่ที่ไม่มีรหัส", "an area without a code"),
    "unknown_area": Text("รหัสพื้นที่ที่ไม่มีในระบบ", "a code that the area system does not have"),
    "unknown_parent": Text("พื้นที่แม่ที่ไม่มีอยู่", "a parent that does not exist"),
    "duplicate_area": Text("พื้นที่ซ้ำ", "an area that stands twice"),
    "unmatched": Text("จับคู่พื้นที่ไม่ได้", "areas that match nothing"),
    "layer": Text("ไม่รู้ว่าชั้นข้อมูลใด", "a layer that must be chosen"),
    "crs": Text("ระบบพิกัดที่ไม่รับ", "a coordinate system that is not taken"),
    # packs
    "pack": Text("แพ็กที่ไม่ผ่านการตรวจ", "a pack that does not validate"),
    "pack_file": Text("แฟ้มของแพ็กขาดหรือเกิน", "a file of a pack that is missing or does not belong"),
    "pack_missing_key": Text("ขาดคีย์", "a key that is missing"),
    "pack_value": Text("ค่าที่ใช้ไม่ได้", "a value that cannot be used"),
    "pack_unknown_id": Text("รหัสที่ไม่มีอยู่", "an id that does not exist"),
    "pack_duplicate": Text("รหัสหรือคีย์ซ้ำ", "an id or key that stands twice"),
    "pack_period": Text("ช่วงเวลาที่อ่านไม่ได้", "a period that cannot be read"),
    "pack_deadline": Text("กำหนดเวลาอยู่ก่อนจุดเริ่ม", "a deadline before its start"),
    "pack_rule": Text("เกณฑ์ตัดสินไม่ครบหรือขัดกัน", "a rule of judgement that is incomplete or contradicts itself"),
    "pack_reading": Text("วิธีอ่านที่ไม่มีอยู่", "a reading that is not listed"),
    "pack_two_targets": Text("สองเป้าหมายสำหรับพื้นที่เดียว", "two targets for one area"),
    "pack_areas": Text("ตารางพื้นที่ของแพ็กใช้ไม่ได้", "an area table of a pack that cannot be used"),
    "pack_data": Text("ข้อมูลของแพ็กไม่ผ่านการตรวจ", "data of a pack that does not validate"),
    "pack_required": Text("ไม่พบแพ็กที่ต้องใช้", "a required pack that is not there"),
    # people and rights
    "not_allowed": Text("ไม่มีสิทธิ์", "an action that the policy refuses; the message says why"),
    "area_scope": Text("ระบุพื้นที่ไม่ครบ", "an area given without its system, or the other way round"),
    "organisation": Text("ข้อมูลหน่วยงานใช้ไม่ได้", "a code or name of an organisation that cannot be used"),
    "email": Text("อีเมลไม่ถูกต้อง", "an email address that cannot be used"),
    "display_name": Text("ชื่อที่แสดงใช้ไม่ได้", "a display name that cannot be used"),
    "password": Text("รหัสผ่านใช้ไม่ได้", "a password that is too weak"),
    "invitation": Text("คำเชิญใช้ไม่ได้แล้ว", "an invitation that is used, withdrawn, expired or made up"),
    "has_account": Text("อีเมลนี้มีบัญชีแล้ว", "an address that already has an account"),
    "account_closed": Text("บัญชีถูกปิด", "an account that is closed"),
    "account_erased": Text("บัญชีลบข้อมูลแล้ว", "an account that was erased"),
    "last_administrator": Text("ผู้ดูแลสิทธิ์สูงสุดคนสุดท้าย", "the last administrator at the top cannot go"),
    "audit_broken": Text("บันทึกการเปลี่ยนแปลงถูกแก้", "a log of changes that was tampered with"),
    "no_terminal": Text("ไม่มีหน้าจอให้ถาม", "a question that needs a terminal"),
    # the installation
    "database": Text("ฐานข้อมูลใช้ไม่ได้", "a database that is missing, cannot be reached or cannot be brought up to date"),
    "setting": Text("ค่าตั้งของระบบไม่ถูกต้อง", "a setting that is unknown or cannot be read"),
    "port": Text("เปิดพอร์ตไม่ได้", "a port that cannot be opened"),
    "extra_missing": Text("ต้องติดตั้งส่วนเสริม", "an optional part that is not installed"),
    "store_busy": Text("มีการนำเข้าอื่นอยู่", "another import is running"),
    "damaged_store": Text("คลังข้อมูลเสียหาย", "a store that is damaged"),
    "damaged_results": Text("ผลคำนวณที่เก็บไว้เสียหาย", "kept results that are damaged"),
    "fault": Text("ระบบขัดข้อง", "our own fault"),
    # the HTTP API
    "invalid_parameter": Text(
        "พารามิเตอร์ผิดชนิดหรือเกินขอบเขต", "a query parameter of the wrong type or outside its limits"
    ),
    "not_found": Text("ไม่มีที่อยู่นี้", "an address that does not exist"),
    "method_not_allowed": Text("ประตูนี้อ่านได้อย่างเดียว", "these doors only answer reads"),
    "not_acceptable": Text("ไม่มีรูปแบบที่ขอ", "only media types are accepted that are not served"),
    "http": Text("คำขอ HTTP ผิดรูป", "a fault of the HTTP request"),
}
