"""The fault matrix: each fault that a process library meets, and the tests of it.

A row is what happens to us, and, after it, the files and the names of the tests
that make it happen. `test_rows` checks that they exist.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Row(NamedTuple):
    """One fault.

    Attributes:
        fault: What goes wrong.
        tests: Where it is made to: ``folder/test_file.py::test_name``.
    """

    fault: str
    tests: tuple[str, ...]


def _row(fault: str, *tests: str) -> Row:
    return Row(fault, tests)


HOSTS: Final = "integration/test_hosts.py::"
ENDING: Final = "integration/test_defects_ending.py::"
FOREIGN: Final = "integration/test_foreign_children.py::"
LIMIT: Final = "integration/test_time_limit.py::"
STATUSES: Final = "integration/test_statuses.py::"
DRAIN: Final = "integration/test_exit_and_drain.py::"
CANCEL: Final = "integration/test_cancellation.py::"
MANY: Final = "integration/test_many.py::"
STDIN: Final = "integration/test_stdin.py::"
OUTPUT: Final = "integration/test_output_limit.py::"
TEXT: Final = "integration/test_text.py::"
STARTS: Final = "integration/test_start_errors.py::"
FALLBACKS: Final = "integration/test_fallbacks.py::"
DESCRIPTORS: Final = "integration/test_descriptors.py::"

SURVIVORS: Final = "lifecycle/test_survivors.py::"
ESCAPES: Final = "faults/test_escapes.py::"

LIFETIME: Final = {
    1: _row(
        "the host is killed, with three generations of each child",
        SURVIVORS + "test_nobody_is_left_of_an_owner_that_is_killed",
    ),
    2: _row(
        "the same, with descendants in sessions of their own",
        SURVIVORS + "test_nobody_is_left_of_an_owner_that_is_killed",
    ),
    3: _row(
        "the same, forked twice, deaf to signals, descriptors closed",
        SURVIVORS + "test_nobody_is_left_of_an_owner_that_is_killed",
    ),
    4: _row(
        "the same, with the environment cleared",
        ESCAPES + "test_a_cleared_environment_is_found_by_its_parent",
    ),
    5: _row(
        "a chain of processes, each of which forks the next and ends",
        ESCAPES + "test_a_chain_of_hops_ends_with_a_host_that_is_killed",
        ESCAPES + "test_a_chain_of_hops_is_stopped",
    ),
    6: _row(
        "the guardian is killed",
        SURVIVORS + "test_a_guardian_that_is_killed_first_is_replaced_in_time",
    ),
    7: _row(
        "the guardian is stopped, then the host killed",
        SURVIVORS + "test_a_guardian_that_is_stopped_ends_all_once_it_goes_on",
    ),
    8: _row(
        "the host exits at once, crashes, or is ended by a signal",
        SURVIVORS + "test_however_a_host_dies_its_children_do",
        SURVIVORS + "test_a_host_that_dies_right_after_its_first_start_is_covered",
    ),
    9: _row(
        "the loop is closed with children running",
        HOSTS + "test_a_closed_loop_makes_no_noise",
        HOSTS + "test_a_loop_may_close_while_children_start",
        "faults/test_state_machine.py::"
        "test_children_do_what_the_system_says_in_any_order",
    ),
    10: _row(
        "the interpreter exits with reads pending",
        HOSTS + "test_pending_reads_do_not_hold_the_exit_up",
        HOSTS + "test_children_end_when_the_interpreter_does",
    ),
    11: _row(
        "the host forks, and the copy exits",
        HOSTS + "test_a_fork_that_exits_leaves_the_host_s_children_alone",
        HOSTS + "test_a_fork_in_a_running_loop_leaves_its_children_alone",
        HOSTS + "test_both_sides_of_a_fork_can_start",
    ),
    12: _row(
        "the thread that started it ends",
        ENDING + "test_d21_a_child_outlives_the_thread_that_started_it",
        ENDING + "test_d21_a_blocking_run_on_a_thread_is_a_run",
    ),
    13: _row(
        "several loops, each in a thread",
        HOSTS + "test_loops_in_threads_each_have_their_own",
    ),
    14: _row(
        "another library's child in the same process",
        FOREIGN + "test_a_foreign_child_is_not_reaped",
        FOREIGN + "test_asyncio_s_own_children_live_beside_ours",
    ),
    15: _row(
        "other code calls waitpid(-1)",
        FOREIGN
        + "test_a_foreign_waitpid_loses_a_status_or_does_not_and_never_invents_one",
        FOREIGN + "test_a_stolen_status_is_an_error_and_the_output_is_there",
    ),
    16: _row(
        "the host ignores SIGCHLD",
        FOREIGN + "test_an_ignored_sigchld_loses_every_status_and_says_so",
    ),
}

KILL_AND_WAIT: Final = {
    17: _row(
        "SIGTERM is ignored",
        LIMIT + "test_a_stubborn_child_is_killed_after_the_grace",
        LIMIT + "test_a_stubborn_grandchild_is_killed_after_the_grace",
    ),
    18: _row("the child stops itself", LIMIT + "test_a_stopped_child_is_ended_too"),
    19: _row(
        "the system holds it: state D",
        "faults/test_unkillable.py::test_a_stop_gives_up_in_time_and_the_loop_is_free",
        "faults/test_unkillable.py::test_a_time_limit_holds_for_a_run",
        "faults/test_unkillable.py::test_a_time_limit_holds_for_a_blocking_run",
    ),
    20: _row(
        "a signal after the exit, and the number is a stranger's by now",
        "faults/test_recycled_pids.py::test_a_late_signal_reaches_nobody",
        "faults/test_recycled_pids.py::test_nor_does_one_without_a_pidfd",
    ),
    21: _row(
        "signals that are none",
        STATUSES + "test_kill_refuses_what_is_no_signal",
        "conformance/test_kill.py::test_signal_0_asks_and_harms_nobody",
        "conformance/test_kill.py::test_an_unknown_signal_is_refused",
    ),
    22: _row(
        "a signal while the start is under way",
        STATUSES + "test_kill_is_never_lost_while_the_start_is_under_way",
    ),
    23: _row(
        "many wait for the same child",
        DRAIN + "test_everybody_who_waits_is_told_the_same",
    ),
    24: _row(
        "every exit code and every signal",
        STATUSES + "test_all_256_codes",
        STATUSES + "test_all_signals",
    ),
    25: _row(
        "hundreds end in the same moment",
        MANY + "test_exits_in_the_same_moment_are_all_seen",
    ),
    26: _row(
        "a time limit, while a grandchild holds stdout",
        LIMIT + "test_a_limit_holds_although_a_grandchild_holds_the_pipe",
        LIMIT + "test_a_limit_holds_although_the_grandchild_left_the_session",
    ),
    27: _row(
        "the child exits, and a grandchild keeps stdout",
        DRAIN + "test_wait_returns_at_the_exit_although_the_pipe_is_held",
        DRAIN + "test_a_run_returns_soon_after_the_exit",
    ),
}

CANCELLATION: Final = {
    28: _row(
        "cancelled at every await",
        CANCEL + "test_nothing_is_left_by_a_cancellation_at_any_await",
    ),
    29: _row(
        "cancelled twice, and during the grace",
        CANCEL + "test_nothing_is_left_by_two_cancellations",
        CANCEL + "test_a_cancellation_during_the_grace_is_raised_after_it",
    ),
    30: _row(
        "cancelled within a group or a time limit",
        CANCEL + "test_a_group_that_fails_ends_every_child",
    ),
    31: _row(
        "signals to the host during starts",
        MANY + "test_signals_to_us_do_not_disturb_starts",
    ),
    32: _row(
        "KeyboardInterrupt anywhere in a start",
        "integration/test_interrupts.py::"
        "test_an_interrupt_at_any_moment_leaves_no_process",
    ),
}

PIPES: Final = {
    33: _row(
        "stderr floods, stdout is idle",
        OUTPUT + "test_a_flood_on_both_streams_does_not_block",
        OUTPUT + "test_each_stream_has_the_whole_limit",
    ),
    34: _row(
        "stdout floods, and nobody reads",
        "integration/test_defects_output.py::"
        "test_d11_a_child_waits_while_its_reader_is_idle",
        "integration/test_defects_waiting.py::"
        "test_d15_a_time_limit_holds_although_output_is_unread",
        "integration/test_memory.py::test_memory_is_flat",
    ),
    35: _row(
        "a line without end",
        "integration/test_memory.py::test_one_line_of_100_mb_is_read_in_linear_space",
        TEXT + "test_a_line_of_10_mb_is_a_line",
    ),
    36: _row(
        "more output than max_buffer",
        OUTPUT + "test_one_byte_more_is_too_much_and_a_mebibyte_is_kept",
        OUTPUT + "test_the_whole_tree_goes",
    ),
    37: _row(
        "the child never reads",
        STDIN + "test_a_child_that_never_reads_makes_the_writer_wait",
        STDIN + "test_a_child_that_never_reads_is_stopped_in_time",
    ),
    38: _row(
        "the child exits before it has read",
        STDIN + "test_a_child_may_end_before_it_has_read",
    ),
    39: _row(
        "the child closes stdout, and lives",
        DRAIN + "test_a_closed_stdout_is_an_end_before_the_exit",
    ),
    40: _row(
        "the child closes stdin early",
        STDIN + "test_a_child_may_close_its_stdin_and_go_on",
        STDIN + "test_an_error_listener_is_told_once",
    ),
    41: _row(
        "half a character a write, and at the end",
        "integration/test_defects_output.py::"
        "test_d10_a_character_split_over_chunks_is_a_character",
        "property/test_decoding.py::test_what_is_cut_off_leaves_no_half_character",
    ),
    42: _row(
        "bytes that are no text, and every line ending",
        "integration/test_defects_output.py::"
        "test_d10_a_bad_byte_loses_nothing_after_it",
        TEXT + "test_lines_are_cut_by_one_rule",
    ),
    43: _row(
        "one byte at a time, and much at once",
        TEXT + "test_one_byte_at_a_time_is_no_trouble",
        "integration/test_memory.py::test_one_line_of_100_mb_is_read_in_linear_space",
    ),
    44: _row(
        "the child makes a shared descriptor not block",
        DESCRIPTORS + "test_a_child_cannot_make_our_descriptors_block_or_not",
    ),
    45: _row(
        "the output's device is full",
        DESCRIPTORS + "test_a_full_device_is_the_command_s_failure",
    ),
    46: _row(
        "the reader raises in the middle",
        CANCEL + "test_raising_ends_the_child_with_its_block",
        CANCEL + "test_breaking_off_ends_the_child_with_its_block",
    ),
}

STARTING: Final = {
    47: _row(
        "what is to be executed cannot be",
        STARTS + "test_each_cause_has_its_words",
        STARTS + "test_each_cause_is_an_event_of_spawn",
        STARTS + "test_a_script_without_an_interpreter_is_run_by_sh",
        STARTS + "test_a_program_that_is_being_written_is_busy",
        "faults/test_mounts.py::test_a_mount_without_execution_is_told",
    ),
    48: _row(
        "no descriptor is left, here or in the system",
        DESCRIPTORS + "test_d09_a_start_without_descriptors_is_a_clean_error",
        "faults/test_no_room.py::test_a_full_file_table_is_a_clean_error",
    ),
    49: _row(
        "no process is left: EAGAIN",
        FALLBACKS + "test_a_full_process_table_is_a_clean_error",
        "faults/test_no_room.py::test_a_group_that_may_have_no_more_is_a_clean_error",
        "faults/test_no_room.py::test_a_short_lack_of_room_is_waited_out",
        "faults/test_failing_starts.py::test_a_failing_call_is_a_clean_error",
    ),
    50: _row(
        "no memory is left, or the arguments are too long",
        "faults/test_failing_starts.py::test_a_failing_call_is_a_clean_error",
        STARTS + "test_an_argument_that_is_too_long_is_named",
        STARTS + "test_arguments_that_are_too_long_together_are_counted",
    ),
    51: _row(
        "an old kernel or a sandbox refuses the newer calls",
        "faults/test_refused_calls.py::test_a_refused_call_is_done_without",
        "cli/test_doctor.py::test_what_a_sandbox_refuses_is_not_there",
    ),
    52: _row(
        "/proc is not mounted, or hides others",
        FALLBACKS + "test_without_proc_the_group_is_ended",
        "faults/test_mounts.py::test_where_other_processes_are_hidden_ours_are_not",
    ),
    53: _row(
        "a step before the program fails",
        FALLBACKS + "test_a_user_one_may_not_become_is_the_step_that_failed",
        "integration/test_limits.py::test_a_limit_one_may_not_have_is_the_step_that_failed",
        "faults/test_failing_starts.py::test_a_failing_call_is_a_clean_error",
    ),
    54: _row(
        "the isolation that was asked for is missing",
        "security/test_isolation_refused.py::test_on_a_kernel_without_it_nothing_starts",
        "security/test_isolation_refused.py::test_the_twin_refuses_it",
        "faults/test_failing_starts.py::test_a_failing_call_is_a_clean_error",
        "faults/test_twin.py::test_what_the_twin_cannot_do_it_refuses",
    ),
    55: _row(
        "thousands of starts",
        MANY + "test_two_thousand_starts_50_at_a_time",
        "faults/test_soak.py::test_a_short_soak_is_flat",
    ),
    56: _row(
        "other threads hold their locks",
        MANY + "test_starts_beside_busy_threads_do_not_lock_up",
    ),
    57: _row(
        "our directory is gone, our descriptors closed, our umask changed",
        STARTS + "test_a_start_in_a_deleted_directory_works",
        DESCRIPTORS + "test_our_own_standard_descriptors_may_be_closed",
        FOREIGN + "test_a_child_has_our_umask_of_now",
    ),
}

ROWS: Final = {**LIFETIME, **KILL_AND_WAIT, **CANCELLATION, **PIPES, **STARTING}
