#!/bin/sh
# family.sh WAY DEPTH: a process with DEPTH generations below it, each started in that WAY.
if [ "$2" -gt 0 ]; then
    case $1 in
    plain) sh "$0" "$1" $(($2 - 1)) & wait ;;
    setsid) setsid sh "$0" "$1" $(($2 - 1)) & wait ;;
    daemon) # a double fork, with signals ignored and nothing open
        trap '' HUP INT QUIT TERM PIPE USR1 USR2
        (setsid sh "$0" "$1" $(($2 - 1)) <&- >&- 2>&- &) ;;
    esac
fi
exec sleep 300
