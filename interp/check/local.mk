libbareme_sources += \
	interp/check/program.h \
	interp/check/program.c \
	interp/check/declare.h \
	interp/check/declare.c \
	interp/check/names.c
