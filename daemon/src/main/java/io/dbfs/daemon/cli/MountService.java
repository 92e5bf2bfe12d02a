package io.dbfs.daemon.cli;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.vfs.DbfsFileSystem;
import io.dbfs.fuse.Mount;
import io.dbfs.fuse.MountPoints;
import io.dbfs.fuse.Mounts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mount served by this process, from the check of the directory to the record that other commands find it by. */
final class MountService {
    private static final Logger LOG = LoggerFactory.getLogger(MountService.class);
    /** Nodes report themselves every second, and to a new supernode at once. */
    private static final Duration STATISTICS_TIMEOUT = Duration.ofSeconds(10);

    private MountService() {}

    /** Checks that the mount can be made, before anything is started for it; says so when a dead mount was in the way. */
    static void prepare(MountPlan plan, PrintWriter out) {
        if (MountPoints.clearDeadMount(plan.mountPoint())) {
            out.println(plan.mountPoint() + ": removed the dead mount that a killed daemon had left");
        }
        MountPoints.prepare(plan.mountPoint(), plan.options());
    }

    /**
     * Connects and mounts. The lifetime then ends the mount first, so that programs cannot write any more, and the
     * filesystem after it, which writes back.
     */
    static void start(MountPlan plan, Run run, Lifetime lifetime) throws IOException {
        DbfsFileSystem fileSystem = lifetime.add("write-back", connect(plan));
        awaitStatistics(fileSystem, plan);
        Mount mount =
                lifetime.add("mount " + plan.mountPoint(), Mounts.mount(fileSystem, plan.mountPoint(), plan.options()));
        RunDirectory runs = RunDirectory.ofThisUser();
        runs.put(run);
        lifetime.add("run record", () -> runs.remove(run));
        watch(mount, plan.mountPoint(), lifetime);
    }

    /** Programs look at df before they write. A system without nodes can be mounted as well, later. */
    private static void awaitStatistics(DbfsFileSystem fileSystem, MountPlan plan) throws IOException {
        try {
            if (!fileSystem.awaitStatistics(STATISTICS_TIMEOUT)) {
                LOG.warn(
                        "{}: not all nodes have reported themselves to the supernode within {}; df shows less than"
                                + " there is",
                        plan.mountPoint(),
                        STATISTICS_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while mounting", e);
        }
    }

    private static DbfsFileSystem connect(MountPlan plan) throws IOException {
        try {
            return DbfsFileSystem.connect(plan.config());
        } catch (FsException e) {
            if (e.errno() != Errno.ETIMEDOUT) {
                throw e;
            }
            throw CommandFailure.unavailable("supernode cannot be reached: "
                    + String.join(", ", plan.config().supernodes()) + "; is it running, and is the address right?");
        }
    }

    /** Unmounted from outside, by umount(8): nothing is left to serve. */
    private static void watch(Mount mount, Path mountPoint, Lifetime lifetime) {
        Thread watcher = new Thread(
                () -> {
                    mount.awaitUnmounted();
                    lifetime.askToEnd();
                },
                "watch " + mountPoint);
        watcher.setDaemon(true);
        watcher.start();
    }
}
