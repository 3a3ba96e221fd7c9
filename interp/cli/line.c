/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: readline's callback interface over our own wait, so that no signal has to jump out of it. SIGINT is blocked
   but during that wait, which ends with EINTR. readline's own signal handlers are off: a handler of ours puts the
   terminal back before the program is ended by a signal. */
#include "cli/line.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h> /* readline.h needs FILE */
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

enum { HISTORY_LINES = 2000, PIPE_CHUNK = 4096 };

volatile int line_interrupt;

/* What the callbacks of readline and the signal handlers reach; they take no argument. */
static struct {
    LineEditor *editor;
    char *text; /* the line just finished; NULL at the end of the input */
    bool done;
    LineChoices choices;
    size_t next_choice;
    struct termios terminal;
    bool terminal_known;
} line;

/* ---- signals ---- */

static void on_interrupt(int number)
{
    (void)number;
    line_interrupt = 1;
}

static void on_end(int number)
{
    if (line.terminal_known)
        tcsetattr(STDIN_FILENO, TCSANOW, &line.terminal);
    signal(number, SIG_DFL);
    raise(number);
}

static void catch (int number, void (*handler)(int))
{
    struct sigaction a = {.sa_handler = handler};
    sigemptyset(&a.sa_mask);
    sigaction(number, &a, NULL);
}

/* ---- history ---- */

static bool make_folders(char *path)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *p = '/';
        if (!made)
            return false;
    }
    return true;
}

static bool history_path(Buf *out)
{
    const char *own = getenv("BAREME_HISTORY"), *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (own) {
        buf_puts(out, own);
        return *own != '\0';
    }
    if (state && *state == '/')
        buf_puts(out, state);
    else if (home && *home)
        buf_printf(out, "%s/.local/state", home);
    else
        return false;
    buf_puts(out, "/bareme/history");
    return true;
}

/* The file is made before it is appended to, readable by its owner only. */
static void open_history(LineEditor *e)
{
    using_history();
    stifle_history(HISTORY_LINES);
    history_comment_char = '#';
    history_write_timestamps = 1; /* so that an entry of several lines stays one */
    if (!history_path(&e->path) || e->path.failed || !make_folders((char *)(uintptr_t)buf_cstr(&e->path)))
        return;
    FILE *file = fopen(buf_cstr(&e->path), "a");
    if (!file)
        return;
    fchmod(fileno(file), 0600);
    fclose(file);
    e->history = true;
    read_history(buf_cstr(&e->path));
}

void line_remember(LineEditor *e, const char *text)
{
    HIST_ENTRY *last = e->terminal && history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (!e->terminal || !*text || (last && !strcmp(last->line, text)))
        return;
    add_history(text);
    if (e->history)
        append_history(1, buf_cstr(&e->path));
}

/* ---- completion ---- */

static char *next_choice(const char *word, int again)
{
    (void)word;
    if (!again)
        line.next_choice = 0;
    if (line.next_choice >= line.choices.texts.n)
        return NULL;
    const char *text = line.choices.texts.p + line.next_choice;
    line.next_choice += strlen(text) + 1;
    return strdup(text); /* readline frees it */
}

/* Choices that differ from the word by their accents have less in common than was typed: the word then stays. */
static char **choices_of(const char *word)
{
    char **all = rl_completion_matches(word, next_choice);
    if (all && all[1] && strlen(all[0]) < strlen(word)) {
        char *kept = strdup(word);
        if (kept) {
            free(all[0]);
            all[0] = kept;
        }
    }
    return all;
}

static char **complete(const char *word, int start, int end)
{
    LineEditor *e = line.editor;
    (void)end;
    if (!e->complete)
        return NULL;
    buf_clear(&line.choices.texts);
    line.choices.files = line.choices.no_space = false;
    e->complete(e->complete_data, str_from(rl_line_buffer), (size_t)start, str_from(word), &line.choices);
    rl_attempted_completion_over = !line.choices.files;
    rl_completion_suppress_append = line.choices.no_space;
    return line.choices.files || line.choices.texts.failed ? NULL : choices_of(word);
}

/* ---- the terminal ---- */

static void on_line(char *text)
{
    line.text = text;
    line.done = true;
    rl_callback_handler_remove();
}

static void open_terminal(LineEditor *e)
{
    rl_readline_name = "bareme";
    rl_catch_signals = 0;
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = " \t\n\"`@$><=;|&{([+-*/^,)]}?";
    rl_completer_quote_characters = "";
    rl_variable_bind("enable-bracketed-paste", "on");
    rl_variable_bind("blink-matching-paren", "off");
    line.terminal_known = tcgetattr(STDIN_FILENO, &line.terminal) == 0;
    buf_init(&line.choices.texts, e->mem);
    open_history(e);
    catch (SIGTERM, on_end);
    catch (SIGHUP, on_end);
}

static LineResult clear_line(void)
{
    line_interrupt = 0;
    rl_callback_sigcleanup();
    rl_free_line_state();
    rl_callback_handler_remove();
    fputs("^C\n", stdout);
    fflush(stdout);
    return LINE_CLEARED;
}

/* Until a character can be read (true) or a signal came. */
static bool wait_character(const sigset_t *mask)
{
    fd_set in;
    FD_ZERO(&in);
    FD_SET(STDIN_FILENO, &in);
    return pselect(STDIN_FILENO + 1, &in, NULL, NULL, NULL, mask) > 0;
}

static LineResult edit_line(Buf *out, const sigset_t *mask)
{
    while (!line.done) {
        if (line_interrupt)
            return clear_line();
        if (wait_character(mask))
            rl_callback_read_char();
        else if (!line_interrupt)
            rl_resize_terminal();
    }
    if (!line.text)
        return LINE_END;
    buf_puts(out, line.text);
    free(line.text);
    return out->failed ? LINE_FAILED : LINE_READ;
}

static LineResult read_terminal(const char *prompt, Buf *out)
{
    sigset_t interrupt, before;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &before);
    line.done = false;
    line.text = NULL;
    rl_callback_handler_install(prompt, on_line);
    LineResult result = edit_line(out, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return result;
}

/* ---- a pipe ---- */

/* The next line of what is pending, or all of it once the input has ended. */
static bool take_line(LineEditor *e, Buf *out)
{
    const char *end = e->pending.n ? memchr(e->pending.p, '\n', e->pending.n) : NULL;
    if (!end && (!e->ended || !e->pending.n))
        return false;
    size_t n = end ? (size_t)(end - e->pending.p) : e->pending.n, used = end ? n + 1 : n;
    size_t shown = n && e->pending.p[n - 1] == '\r' ? n - 1 : n;
    buf_put(out, (Str){e->pending.p, shown});
    memmove(e->pending.p, e->pending.p + used, e->pending.n - used);
    e->pending.n -= used;
    return true;
}

static LineResult read_pipe(LineEditor *e, Buf *out)
{
    while (!take_line(e, out)) {
        if (e->ended)
            return LINE_END;
        if (!buf_reserve(&e->pending, PIPE_CHUNK))
            return LINE_FAILED;
        ssize_t n = read(STDIN_FILENO, e->pending.p + e->pending.n, PIPE_CHUNK);
        if (n < 0 && errno != EINTR)
            return LINE_FAILED;
        e->pending.n += n > 0 ? (size_t)n : 0;
        e->ended = n == 0;
    }
    return out->failed ? LINE_FAILED : LINE_READ;
}

/* ---- in and out ---- */

void line_open(LineEditor *e, Mem *mem, bool terminal)
{
    *e = (LineEditor){.mem = mem, .terminal = terminal};
    buf_init(&e->path, mem);
    buf_init(&e->pending, mem);
    line.editor = e;
    line_interrupt = 0;
    if (terminal) {
        open_terminal(e);
        catch (SIGINT, on_interrupt);
    }
}

void line_close(LineEditor *e)
{
    if (e->terminal) {
        if (e->history)
            history_truncate_file(buf_cstr(&e->path), HISTORY_LINES);
        clear_history();
        buf_free(&line.choices.texts);
        catch (SIGINT, SIG_DFL);
        catch (SIGTERM, SIG_DFL);
        catch (SIGHUP, SIG_DFL);
    }
    buf_free(&e->path);
    buf_free(&e->pending);
    line.editor = NULL;
}

LineResult line_read(LineEditor *e, const char *prompt, Buf *out)
{
    return e->terminal ? read_terminal(prompt, out) : read_pipe(e, out);
}
