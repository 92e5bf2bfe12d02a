package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A supernode, three nodes and a mount on loopback, each a process of its own, as on several hosts. */
final class Deployment implements Side, AutoCloseable {
    private static final int NODES = 3;
    private static final String HOST = "127.0.0.1";
    private static final double START_SECONDS = 90;
    private static final long POLL_NANOS = 50_000_000;

    private final Path launcher;
    private final Path home;
    private final Path mountPoint;
    private final Path secondMountPoint;
    private final PageCache pageCache;
    private final List<Daemon> servers = new ArrayList<>();
    private final String supernode;
    private Daemon mount;
    private Optional<Daemon> secondMount = Optional.empty();

    private Deployment(Path launcher, Path home, int copies, PageCache pageCache, FreePorts ports) throws IOException {
        this.launcher = launcher;
        this.home = Files.createDirectories(home);
        this.pageCache = pageCache;
        mountPoint = Files.createDirectory(home.resolve("mount"));
        secondMountPoint = home.resolve("second");
        supernode = address(ports);
        try {
            startServers(copies, ports);
            mount = startMount("mount", mountPoint);
        } catch (IOException | RuntimeException e) {
            servers.forEach(Daemon::kill);
            throw e;
        }
    }

    /**
     * Starts all processes and returns when the mount can be used.
     *
     * @param home where everything of it lies; must not exist yet
     * @param copies of each chunk
     */
    static Deployment start(Path launcher, Path home, int copies, PageCache pageCache, FreePorts ports)
            throws IOException {
        return new Deployment(launcher, home, copies, pageCache, ports);
    }

    /** Where a server is asked and where its group talks to it, as configuration files write it. */
    private static String address(FreePorts ports) throws IOException {
        return HOST + ":" + ports.next() + "/" + ports.next();
    }

    private void startServers(int copies, FreePorts ports) throws IOException {
        servers.add(server("supernode", supernodeConfig()));
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(address(ports));
        }
        for (int i = 0; i < NODES; i++) {
            servers.add(server(nodeName(i), nodeConfig(i, nodes, copies)));
        }
    }

    private Daemon server(String name, String config) throws IOException {
        Path file = home.resolve(name + ".yaml");
        Files.writeString(file, config);
        String role = name.startsWith("node") ? "node" : name;
        return Daemon.start(launcher, name, home, List.of(role, "-c", file.toString()));
    }

    private String supernodeConfig() {
        return """
                role: supernode
                address: %s
                data: %s
                """.formatted(supernode, home.resolve("supernode"));
    }

    private String nodeConfig(int index, List<String> nodes, int copies) {
        return """
                role: node
                cluster: bench
                name: %s
                supernodes: [%s]
                address: %s
                members: [%s]
                data: %s
                replicas: %d
                min_replicas: %d
                """.formatted(
                        nodeName(index),
                        supernodeApi(),
                        nodes.get(index),
                        String.join(", ", nodes),
                        home.resolve(nodeName(index)),
                        copies,
                        copies);
    }

    private static String nodeName(int index) {
        return "node" + (index + 1);
    }

    private String supernodeApi() {
        return supernode.substring(0, supernode.indexOf('/'));
    }

    /** Mounts the same system on another directory as well, which is returned. */
    Path mountAgain() throws IOException {
        Files.createDirectory(secondMountPoint);
        secondMount = Optional.of(startMount("second", secondMountPoint));
        return secondMountPoint;
    }

    private Daemon startMount(String name, Path directory) throws IOException {
        Daemon daemon = Daemon.start(launcher, name, home, List.of("mount", supernodeApi(), directory.toString()));
        try {
            awaitMounted(daemon, directory);
        } catch (IOException e) {
            daemon.kill();
            throw e;
        }
        return daemon;
    }

    private void awaitMounted(Daemon daemon, Path directory) throws IOException {
        long start = System.nanoTime();
        while (!isMounted(directory)) {
            daemon.requireRunning();
            for (Daemon server : servers) {
                server.requireRunning();
            }
            if (Pace.seconds(start) > START_SECONDS) {
                throw new IOException("not mounted within " + START_SECONDS + " s:\n" + daemon.logEnd());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean isMounted(Path directory) throws IOException {
        return Files.readString(Path.of("/proc/self/mounts")).contains(" " + directory + " ");
    }

    @Override
    public Path directory() {
        return mountPoint;
    }

    /** Starts another daemon on the mount point: the one before took its caches with it. */
    @Override
    public void goCold() throws IOException {
        double peak = mount.memory().peakMebibytes();
        mount.stop();
        mount = startMount("mount", mountPoint);
        mount.inheritPeak(peak);
        WarmUp.mount(mountPoint);
        pageCache.drop();
    }

    @Override
    public List<Watched> processes() {
        List<Watched> processes = new ArrayList<>();
        processes.add(mount.identity());
        servers.forEach(server -> processes.add(server.identity()));
        return processes;
    }

    /** Adds what each process has in memory. */
    void reportMemory(String suite, Report report) throws IOException {
        List<Daemon> all = new ArrayList<>(List.of(mount));
        all.addAll(servers);
        for (Daemon daemon : all) {
            ProcessFigures.Memory memory = daemon.memory();
            report.add(new MemoryRow(
                    suite,
                    daemon.identity().name(),
                    daemon.identity().role(),
                    memory.residentMebibytes(),
                    memory.peakMebibytes()));
        }
    }

    /** Stops everything; kills what does not stop. */
    @Override
    public void close() throws IOException {
        try {
            if (secondMount.isPresent()) {
                secondMount.get().stop();
            }
            mount.stop();
            for (Daemon server : servers) {
                server.stop();
            }
        } finally {
            secondMount.ifPresent(Daemon::kill);
            mount.kill();
            servers.forEach(Daemon::kill);
            for (Path directory : List.of(secondMountPoint, mountPoint)) {
                if (isMounted(directory)) {
                    Commands.run("umount", "-l", directory.toString());
                }
            }
        }
    }
}
