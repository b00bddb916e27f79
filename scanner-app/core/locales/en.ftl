# What a device says of itself, in English.
#
# ready-<check>    what was found before the doors open
# todo-<code>      what to do about it
# trouble-<code>   why a camera or a reader gives no codes; .todo: what to do
#
# $age and other spans of time come already worded, by the messages at the end.

## Ready for the doors

ready-enrolment = { $ended ->
    [yes] The organizer has ended this device's enrolment
   *[no] This device may work
}
ready-tickets = { $complete ->
    [no] { $tickets ->
        [one] 1 ticket so far, the download is not finished
       *[other] { $tickets } tickets so far, the download is not finished
    }
   *[yes] { $tickets ->
        [one] 1 ticket, server heard { $age }
       *[other] { $tickets } tickets, server heard { $age }
    }
}
ready-book = { $number ->
    [0] No event book yet
   *[other] Event book { $number }, made { $age }
}
ready-clock = { $certain ->
    [yes] Clock right within the limit ({ $offset } ms are added)
   *[no] { $measured ->
        [no] Clock never compared with the server's
       *[yes] Clock uncertain ({ $offset } ms are added)
    }
}
ready-storage = { $known ->
    [no] Room on the disk: unknown
   *[yes] { $megabytes } MB free on the disk
}
ready-battery = { $mains ->
    [yes] Battery { $percent } %, on mains
   *[no] Battery { $percent } %
}
ready-keys = { $keeping ->
    [system] Keys kept by the system
    [sealed] Keys sealed under a passphrase
    [file] Keys in a plain file: whoever reads it has them
   *[session] Keys in memory: gone when the program ends
}
ready-queue = { $unsent ->
    [0] Every scan is at the server
    [one] 1 scan is not yet at the server
   *[other] { $unsent } scans are not yet at the server
}
ready-camera = { $state ->
    [running] Camera works
    [asleep] Camera sleeps until it is needed
    [starting] Camera is being opened
    [ended] Camera gives no more pictures
   *[trouble] { $trouble }
}
ready-peers = { $others ->
    [0] No other devices at this event
   *[other] { $looked ->
        [no] { $others ->
            [one] 1 other device at this event
           *[other] { $others } other devices at this event
        }
       *[yes] { $near } of { $others } other devices can be reached
    }
}

todo-enrol_again = Ask the organizer for a new enrolment code.
todo-finish_download = Stay on the network until all tickets are here.
todo-sync = Connect to the network once, so that the server is heard.
todo-set_clock = Set the clock of this computer, then connect to the network once.
todo-free_space = Delete what is not needed on this computer.
todo-plug_in = Plug the charger in.
todo-keep_keys_better = Enrol with the system's key store or a passphrase, if strangers can get at this computer.
todo-deliver = Connect to the network until every scan is at the server.
todo-see_to_camera = See to the camera.
todo-find_peers = Check that the other devices are switched on and on the same network.

## Cameras and readers

trouble-no_camera = There is no such camera
    .todo = Plug it in, or choose another one.
trouble-busy = Another program is using the camera
    .todo = Close that program.
trouble-denied = This program may not use the camera
    .todo = Allow it in the settings of the system.
trouble-unplugged = The camera was unplugged
    .todo = Plug it in again; reading goes on by itself.
trouble-format = The camera gives no pictures that can be read
    .todo = Choose another camera.
trouble-silent = The camera has stopped giving pictures
    .todo = Unplug it and plug it in again.
trouble-failed = The camera does not work
    .todo = Unplug it and plug it in again, or choose another one.

trouble-reader_absent = There is no such code reader
    .todo = Plug it in, or name another line.
trouble-reader_busy = Another program is using the code reader
    .todo = Close that program.
trouble-reader_denied = This account may not use the code reader
    .todo = Ask whoever looks after this computer; on Linux the account has to be in the group dialout.
trouble-reader_unplugged = The code reader was unplugged
    .todo = Plug it in again; reading goes on by itself.
trouble-reader_failed = The code reader does not work
    .todo = Unplug it and plug it in again.

## Spans of time

ago-never = never
ago-minutes = { $count ->
    [0] just now
    [one] a minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] an hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] a day ago
   *[other] { $count } days ago
}
ago-future = at a time still to come: a clock is wrong
