libbareme_sources += \
	interp/format/json.c \
	interp/format/json.h
