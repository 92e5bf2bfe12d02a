package io.dbfs.test.harness;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that opens files of a directory and does with the descriptors what it is told. Every command is a line and has
 * one line for an answer, an errno's name where the call fails:
 *
 * <pre>
 * open D NAME        dup D NEW          close D          fork (a child that keeps the descriptors; its pid)
 * read D             the length and the distinct characters of all of it
 * write D AT COUNT CHARACTER            truncate D TO    fsync D          stat D (size and links)
 * lock D FROM COUNT  wait D FROM COUNT  unlock D FROM COUNT    test D FROM COUNT: of the open file description
 * record D FROM COUNT                   a record lock of the process
 * </pre>
 */
public final class Descriptors implements AutoCloseable {
    private static final long ANSWER_SECONDS = 120;

    private static final String PROGRAM = """
            import errno, fcntl, os, struct, sys, time
            OFD_GETLK, OFD_SETLK, OFD_SETLKW = 36, 37, 38
            names = {}
            def flock(type, start, length):
                return struct.pack('hhqqi4x', type, os.SEEK_SET, int(start), int(length), 0)
            def setlk(d, command, type, start, length):
                fcntl.fcntl(names[d], command, flock(type, start, length))
                return 'ok'
            def test(d, start, length):
                answer = fcntl.fcntl(names[d], OFD_GETLK, flock(fcntl.F_WRLCK, start, length))
                type, whence, at, count, pid = struct.unpack('hhqqi4x', answer)
                return 'free' if type == fcntl.F_UNLCK else 'locked %d %d' % (at, count)
            def read(d):
                data = b''
                while True:
                    part = os.pread(names[d], 1 << 20, len(data))
                    if not part:
                        return '%d %s' % (len(data), bytes(sorted(set(data))).decode('latin-1'))
                    data += part
            def write(d, at, count, character):
                data, at = character.encode('latin-1') * int(count), int(at)
                while data:
                    written = os.pwrite(names[d], data, at)
                    data, at = data[written:], at + written
                return 'ok'
            def fork():
                child = os.fork()
                if child == 0:
                    time.sleep(600)
                    os._exit(0)
                return str(child)
            def done(nothing):
                return 'ok'
            def stat(d):
                stat = os.fstat(names[d])
                return '%d %d' % (stat.st_size, stat.st_nlink)
            def opened(d, descriptor):
                names[d] = descriptor
                return 'ok'
            commands = {
                'open': lambda d, name: opened(d, os.open(name, os.O_RDWR | os.O_CREAT, 0o644)),
                'dup': lambda d, new: opened(new, os.dup(names[d])),
                'close': lambda d: done(os.close(names.pop(d))),
                'fork': fork,
                'read': read,
                'write': write,
                'truncate': lambda d, to: done(os.ftruncate(names[d], int(to))),
                'fsync': lambda d: done(os.fsync(names[d])),
                'stat': stat,
                'lock': lambda d, *range: setlk(d, OFD_SETLK, fcntl.F_WRLCK, *range),
                'wait': lambda d, *range: setlk(d, OFD_SETLKW, fcntl.F_WRLCK, *range),
                'unlock': lambda d, *range: setlk(d, OFD_SETLK, fcntl.F_UNLCK, *range),
                'test': test,
                'record': lambda d, *range: setlk(d, fcntl.F_SETLK, fcntl.F_WRLCK, *range),
            }
            for line in sys.stdin:
                command, *arguments = line.split()
                try:
                    answer = commands[command](*arguments)
                except OSError as e:
                    answer = errno.errorcode[e.errno]
                print(answer, flush=True)
            """;

    private final Process process;
    private final BufferedWriter commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Descriptors(Process process) {
        this.process = process;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::read, "descriptors-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it in a directory. */
    public static Descriptors in(Path directory) {
        try {
            // The shell changes into the directory: this process must never wait in a dead mount.
            return new Descriptors(new ProcessBuilder(
                            List.of("bash", "-c", "cd \"$0\" && exec python3 -c \"$1\"", directory.toString(), PROGRAM))
                    .redirectErrorStream(true)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            answers.add(e.toString());
        }
    }

    /** Tells it a command and returns its answer. */
    public String ask(String command) {
        tell(command);
        return answer();
    }

    /** Tells it a command; the answer is {@link #answer()}'s. */
    public void tell(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the next answer. */
    public String answer() {
        try {
            String answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("no answer within " + ANSWER_SECONDS + " s");
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Whether an answer waits. */
    public boolean hasAnswered() {
        return !answers.isEmpty();
    }

    /** kill -9. */
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }
}
