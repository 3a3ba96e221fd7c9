libbareme_sources += \
	interp/check/program.h \
	interp/check/program.c \
	interp/check/declare.h \
	interp/check/declare.c \
	interp/check/declare_for.c \
	interp/check/declare_grid.c \
	interp/check/declare_indicator.c \
	interp/check/declare_table.c \
	interp/check/declare_foreign.c \
	interp/check/foreign.c \
	interp/check/foreign.def \
	interp/check/foreign.h \
	interp/check/names.c
