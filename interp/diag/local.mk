libbareme_sources += \
	interp/diag/catalogue.c \
	interp/diag/catalogue.h \
	interp/diag/diag.c \
	interp/diag/diag.def \
	interp/diag/diag.h \
	interp/diag/progress.c \
	interp/diag/progress.def \
	interp/diag/progress.h \
	interp/diag/render.c \
	interp/diag/source.c \
	interp/diag/source.h
