libbareme_sources += \
	interp/format/code_page.def \
	interp/format/csv.c \
	interp/format/csv.h \
	interp/format/db.c \
	interp/format/db.h \
	interp/format/encoding.c \
	interp/format/encoding.def \
	interp/format/encoding.h \
	interp/format/json.c \
	interp/format/json.h \
	interp/format/json_read.c \
	interp/format/json_read.h \
	interp/format/ods_read.c \
	interp/format/opened.c \
	interp/format/opened.h \
	interp/format/package.c \
	interp/format/package.def \
	interp/format/package.h \
	interp/format/sheet.c \
	interp/format/sheet.h \
	interp/format/sheet_format.c \
	interp/format/sheet_parts.h \
	interp/format/xlsx_read.c \
	interp/format/xlsx.def \
	interp/format/xlsx_write.c \
	interp/format/xlsx_write.h
