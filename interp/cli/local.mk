## The program: the command line and the dialogue.
bareme_sources += \
	interp/cli/audit.h \
	interp/cli/check.c \
	interp/cli/cli.c \
	interp/cli/cli.h \
	interp/cli/command.c \
	interp/cli/command.def \
	interp/cli/command.h \
	interp/cli/doc.c \
	interp/cli/eval.c \
	interp/cli/evaluate.c \
	interp/cli/evaluate.h \
	interp/cli/explain.c \
	interp/cli/explain.h \
	interp/cli/help.c \
	interp/cli/help.h \
	interp/cli/line.c \
	interp/cli/line.h \
	interp/cli/main.c \
	interp/cli/manual.c \
	interp/cli/options.c \
	interp/cli/options.h \
	interp/cli/phrase.c \
	interp/cli/phrase.def \
	interp/cli/phrase.h \
	interp/cli/reference.c \
	interp/cli/reference.h \
	interp/cli/repl.c \
	interp/cli/repl.h \
	interp/cli/repl_command.c \
	interp/cli/repl_complete.c \
	interp/cli/repl_help.c \
	interp/cli/repl_save.c \
	interp/cli/repl_show.c \
	interp/cli/run.c \
	interp/cli/value.c \
	interp/cli/value.h
