/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults: making them, adding notes, and their way up through the frames.

   The fault that says that memory is out is made at the start and used again each time. */
#include "vm/vm.h"

#include "base/utf8.h"
#include "vm/machine.h"

#define NOTES_MOST 8       /* of one fault */
#define PATH_ENDS 6        /* names shown at each end of a long cycle */
#define DESCRIBED_BYTES 40 /* of a text shown in a message */

/* ---- places ---- */

Span vm_frame_span(const Frame *f)
{
    size_t at = (size_t)(f->ip - f->proto->code);
    return at && f->proto->spans ? f->proto->spans[at - 1] : f->proto->span;
}

Span vm_span(const Vm *vm)
{
    return vm->frame_count ? vm_frame_span(vm_frame(vm)) : (Span){0};
}

/* ---- making ---- */

static bool fault_args(Heap *h, Fault *f, const Str *args, uint32_t n)
{
    for (uint32_t i = 0; i < n && i < DIAG_ARGS; i++) {
        Value text;
        if (!text_new(h, args[i], &text))
            return false;
        f->args[i] = text.ptr;
    }
    return true;
}

static Fault *fault_new(Vm *vm, Span span, DiagId id, const Str *args, uint32_t n)
{
    Fault *f = (Fault *)heap_new(vm->heap, O_FAULT, sizeof *f);
    if (!f)
        return NULL;
    f->id = id;
    f->span = span;
    f->uncatchable = diag_severity(id) == SEV_LIMIT;
    f->in_library = vm->frame_count && vm_frame(vm)->proto->library;
    return fault_args(vm->heap, f, args, n) ? f : NULL;
}

bool vm_fail_at(Vm *vm, Span span, DiagId id, const Str *args, uint32_t n)
{
    Fault *f = fault_new(vm, span, id, args, n);
    if (!f)
        return vm_fail_memory(vm);
    vm->fault = f;
    return false;
}

bool vm_fail(Vm *vm, DiagId id, const Str *args, uint32_t n)
{
    return vm_fail_at(vm, vm_span(vm), id, args, n);
}

bool vm_fail_memory(Vm *vm)
{
    vm->mem->failed = false;
    vm->heap->wanted = true;
    vm->out_of_memory->span = vm_span(vm);
    vm->fault = vm->out_of_memory;
    return false;
}

bool vm_fail_note(Vm *vm, DiagId id, Span span, const Str *args, uint32_t n)
{
    Fault *last = vm->fault;
    uint32_t count = 0;
    if (!last || last == vm->out_of_memory)
        return false;
    for (; last->note; last = last->note)
        count++;
    if (count < NOTES_MOST)
        last->note = fault_new(vm, span, id, args, n); /* a note that finds no memory is left out */
    return false;
}

static bool fault_has_note(const Fault *f, DiagId id)
{
    for (const Fault *note = f->note; note; note = note->note)
        if (note->id == id)
            return true;
    return false;
}

/* ---- words about values ---- */

static void describe_text(Vm *vm, Buf *out, Value v)
{
    Str s = text_str(vm->heap, v);
    size_t n = 0;
    uint32_t cp;
    while (n < s.n && n < DESCRIBED_BYTES)
        n += utf8_next(s, n, &cp);
    buf_puts(out, vm->lang == LANG_FR ? " («\u00A0" : " (“");
    buf_put(out, str_sub(s, 0, n));
    buf_puts(out, n < s.n ? "…" : "");
    buf_puts(out, vm->lang == LANG_FR ? "\u00A0»)" : "”)");
}

static void describe_count(Vm *vm, Buf *out, Value v)
{
    unsigned n = list_count(v);
    if (vm->lang == LANG_FR)
        buf_printf(out, " (%u élément%s)", n, n > 1 ? "s" : "");
    else
        buf_printf(out, " (%u item%s)", n, n == 1 ? "" : "s");
}

void vm_describe(Vm *vm, Buf *out, Value v)
{
    ShowStyle style = show_style(vm->lang);
    buf_puts(out, value_type_name(v, vm->lang == LANG_FR));
    switch (v.tag) {
    case T_NUM:
    case T_BIG:
    case T_APPROX:
    case T_TRUTH:
    case T_DATE:
    case T_LEVEL:
    case T_SCENARIO:
    case T_RANGE:
        buf_puts(out, " (");
        value_show(vm->heap, out, v, &style);
        buf_puts(out, ")");
        return;
    case T_TEXT:
        describe_text(vm, out, v);
        return;
    case T_LIST:
        describe_count(vm, out, v);
        return;
    default:
        return; /* its kind says enough */
    }
}

bool vm_fail_values(Vm *vm, DiagId id, Str word, const Value *values, uint32_t n)
{
    Buf described[DIAG_ARGS - 1];
    Str args[DIAG_ARGS] = {word};
    bool memory = false;
    n = n < DIAG_ARGS - 1 ? n : DIAG_ARGS - 1;
    for (uint32_t i = 0; i < n; i++) {
        buf_init(&described[i], vm->mem);
        vm_describe(vm, &described[i], values[i]);
        memory = memory || described[i].failed;
        args[i + 1] = buf_str(&described[i]);
    }
    if (memory)
        vm_fail_memory(vm);
    else
        vm_fail(vm, id, args, n + 1);
    for (uint32_t i = 0; i < n; i++)
        buf_free(&described[i]);
    return false;
}

Str vm_nearest(Vm *vm, Str wrong, const void *names, uint32_t n, NameAt at)
{
    Str best = {NULL, 0};
    size_t distance = SIZE_MAX;
    for (uint32_t i = 0; i < n && i < 1000; i++) {
        Str name = at(names, i);
        size_t allowed = utf8_slips(wrong, name), d = utf8_distance(vm->mem, wrong, name, allowed);
        if (d <= allowed && d < distance && d < wrong.n) {
            distance = d;
            best = name;
        }
    }
    return best;
}

typedef struct Labels {
    Heap *heap;
    Value list;
} Labels;

static Str label_text(const void *labels, uint32_t i)
{
    const Labels *l = labels;
    Value v = list_at(l->list, i);
    return v.tag == T_TEXT ? text_str(l->heap, v) : (Str){"", 0};
}

bool vm_fail_label(Vm *vm, DiagId id, DiagId near, Value key, Value labels, Str in)
{
    Labels l = {vm->heap, labels};
    ShowStyle style = show_style(vm->lang);
    Buf shown;
    Str best = {NULL, 0};
    buf_init(&shown, vm->mem);
    value_show(vm->heap, &shown, key, &style);
    if (key.tag == T_TEXT && labels.tag == T_LIST)
        best = vm_nearest(vm, text_str(vm->heap, key), &l, list_count(labels), label_text);
    Str args[] = {buf_str(&shown), in, best};
    vm_fail(vm, best.p ? near : id, args, best.p ? 3 : 2);
    buf_free(&shown);
    return false;
}

void vm_slot_name(Vm *vm, Buf *out, uint32_t slot)
{
    if (vm->host.slot_name)
        vm->host.slot_name(vm->host.data, out, slot);
    else
        buf_printf(out, "%u", (unsigned)slot);
}

/* ---- cycles ---- */

/* The formula frames from frame `first` up, and then the formula they come back to. */
static void cycle_path(Vm *vm, Buf *out, uint32_t first, uint32_t number)
{
    uint32_t total = 0, at = 0;
    for (uint32_t i = first; i < vm->frame_count; i++)
        total += vm->frames[i].slot != NULL;
    for (uint32_t i = first; i < vm->frame_count; i++) {
        if (!vm->frames[i].slot)
            continue;
        if (at < PATH_ENDS || at + PATH_ENDS >= total) {
            vm_slot_name(vm, out, vm->frames[i].slot_number);
            buf_puts(out, " → ");
        } else if (at == PATH_ENDS) {
            buf_puts(out, "… → ");
        }
        at++;
    }
    vm_slot_name(vm, out, number);
}

static void cycle_note(Vm *vm, const Frame *f, uint32_t next)
{
    Buf reader, read;
    buf_init(&reader, vm->mem);
    buf_init(&read, vm->mem);
    vm_slot_name(vm, &reader, f->slot_number);
    vm_slot_name(vm, &read, next);
    Str args[] = {buf_str(&reader), buf_str(&read)};
    vm_fail_note(vm, D_NOTE_READS, vm_frame_span(f), args, 2);
    buf_free(&reader);
    buf_free(&read);
}

/* The last formula of the path is where the fault itself points. */
static void cycle_notes(Vm *vm, uint32_t first)
{
    const Frame *reader = NULL;
    for (uint32_t i = first; i < vm->frame_count; i++) {
        const Frame *f = &vm->frames[i];
        if (!f->slot)
            continue;
        if (reader)
            cycle_note(vm, reader, f->slot_number);
        reader = f;
    }
}

bool vm_fail_cycle(Vm *vm, const Slot *slot, uint32_t number)
{
    uint32_t first = vm->frame_count;
    while (first > 0 && vm->frames[first - 1].slot != slot)
        first--;
    first -= first > 0;
    Buf path;
    buf_init(&path, vm->mem);
    cycle_path(vm, &path, first, number);
    Str arg = buf_str(&path);
    if (path.failed)
        vm_fail_memory(vm);
    else
        vm_fail(vm, D_CYCLE, &arg, 1);
    cycle_notes(vm, first);
    buf_free(&path);
    return false;
}

/* ---- on the way up ---- */

static bool fault_text(Vm *vm, const Fault *f, Value *out)
{
    Buf b;
    Str args[DIAG_ARGS] = {{NULL, 0}};
    for (uint32_t i = 0; i < DIAG_ARGS; i++)
        if (f->args[i])
            args[i] = (Str){f->args[i]->bytes, f->args[i]->n};
    buf_init(&b, vm->mem);
    diag_message(&b, f->id, args, vm->lang);
    bool ok = !b.failed && text_new(vm->heap, buf_str(&b), out);
    buf_free(&b);
    return ok;
}

/* What `recover e` sees: {message, code}. */
static bool fault_record(Vm *vm, const Fault *f, Value *out)
{
    Value message, code;
    Record *r = record_new(vm->heap, 2);
    if (!r || !fault_text(vm, f, &message) || !text_new(vm->heap, str_from(diag_code(f->id)), &code) ||
        !record_set_field(vm->heap, r, 0, STR("message"), message) ||
        !record_set_field(vm->heap, r, 1, STR("code"), code))
        return false;
    *out = value_obj(T_RECORD, r);
    return true;
}

static bool unwind_recover(Vm *vm, Frame *f, const Handler *h)
{
    if (!fault_record(vm, vm->fault, &f->base[h->reg]))
        return vm_fail_memory(vm);
    f->ip = h->ip;
    vm->fault = NULL;
    return true;
}

/* A fault that comes out of a function tells once in which formula it was called. */
static void unwind_note(Vm *vm, const Frame *f)
{
    bool wanted = vm->fault->from_function && !fault_has_note(vm->fault, D_NOTE_IN_FORMULA);
    vm->fault->from_function = false;
    if (!wanted)
        return;
    Buf name;
    buf_init(&name, vm->mem);
    vm_slot_name(vm, &name, f->slot_number);
    Str arg = buf_str(&name);
    Span span = vm->host.slot_span ? vm->host.slot_span(vm->host.data, f->slot_number) : f->proto->span;
    if (!name.failed)
        vm_fail_note(vm, D_NOTE_IN_FORMULA, span, &arg, 1);
    buf_free(&name);
}

/* A fault of the library's code is told where a text called it: that is what its author can change. */
static void unwind_library(Vm *vm, const Frame *f)
{
    const Frame *caller = vm->frame_count ? vm_frame(vm) : NULL;
    Str name = bytecode_name(f->proto, vm->lang);
    if (!vm->fault->in_library || !caller || caller->proto->library || !f->proto->library)
        return;
    vm->fault->in_library = false;
    vm->fault->span = vm_frame_span(caller);
    if (name.n && !(vm->fault->args[0] && str_eq((Str){vm->fault->args[0]->bytes, vm->fault->args[0]->n}, name)))
        vm_fail_note(vm, D_NOTE_IN_FUNCTION, (Span){0}, &name, 1);
}

bool vm_unwind(Vm *vm, uint32_t floor)
{
    while (vm->frame_count > floor) {
        Frame *f = vm_frame(vm);
        while (vm->handler_count && vm->handlers[vm->handler_count - 1].frame >= vm->frame_count - 1) {
            const Handler *h = &vm->handlers[--vm->handler_count];
            if (h->frame == vm->frame_count - 1 && !vm->fault->uncatchable && unwind_recover(vm, f, h))
                return true;
        }
        if (f->slot) {
            unwind_note(vm, f);
            vm_spoil_slot(vm, f);
        } else if (f->function && f->proto->name.n) {
            vm->fault->from_function = true;
        }
        vm->frame_count--;
        unwind_library(vm, f);
    }
    return false;
}

/* ---- reporting ---- */

static void fault_strings(const Fault *f, Str args[DIAG_ARGS])
{
    for (uint32_t i = 0; i < DIAG_ARGS; i++)
        args[i] = f->args[i] ? (Str){f->args[i]->bytes, f->args[i]->n} : (Str){"", 0};
}

static uint32_t fault_arg_count(const Fault *f)
{
    uint32_t n = 0;
    while (n < DIAG_ARGS && f->args[n])
        n++;
    return n;
}

void vm_report(Vm *vm, Diags *diags)
{
    const Fault *f = vm_take_fault(vm);
    Str args[DIAG_ARGS];
    if (!f)
        return;
    fault_strings(f, args);
    Diag *d = diag_report(diags, f->id, f->span, args, fault_arg_count(f));
    for (const Fault *note = f->note; note; note = note->note) {
        fault_strings(note, args);
        diag_note(diags, d, note->id, note->span, args, fault_arg_count(note));
    }
}

Fault *vm_take_fault(Vm *vm)
{
    Fault *f = vm->fault;
    vm->fault = NULL;
    return f;
}
