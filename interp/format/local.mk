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
	interp/format/json_read.h
