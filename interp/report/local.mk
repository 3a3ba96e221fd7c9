libbareme_sources += interp/report/doc.h interp/report/doc.c interp/report/terminal.h interp/report/terminal.c \
	interp/report/markdown.h interp/report/markdown.c interp/report/json.h interp/report/json.c \
	interp/report/word.def interp/report/word.h interp/report/word.c \
	interp/report/explain_report.h interp/report/explain_report.c \
	interp/report/writer.h interp/report/writer.c interp/report/check_report.h interp/report/check_report.c \
	interp/report/case_report.h interp/report/case_report.c
