package io.dbfs.daemon.vfs;

import io.dbfs.common.InodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who has, or may have, something locked at one cluster, and whose locks were lost. Guarded by who holds it. */
final class LockOwners {
    private final Map<Owner, Uses> owners = new HashMap<>();
    /** Those whose locks were lost, until they let go of them. */
    private final Set<Owner> lost = new HashSet<>();

    /** An owner in one file. */
    record Owner(InodeId inode, long id) {}

    /** How an owner stands: what is under way, and how often it got something. */
    private static final class Uses {
        private int underWay;
        private long got;
    }

    /** The owner asks for a lock; {@link #end} follows. */
    void begin(Owner owner) {
        owners.computeIfAbsent(owner, first -> new Uses()).underWay++;
    }

    /** The owner got what it asked for, or did not. */
    void end(Owner owner, boolean got) {
        Uses uses = owners.get(owner);
        if (uses == null) {
            return;
        }
        uses.underWay--;
        uses.got += got ? 1 : 0;
        if (uses.underWay == 0 && uses.got == 0) {
            owners.remove(owner);
        }
    }

    /** Whether the owner asks for something, and does not know yet whether it got it. */
    boolean isAsking(Owner owner) {
        Uses uses = owners.get(owner);
        return uses != null && uses.underWay > 0;
    }

    /** How often the owner got something; negative when it certainly has nothing. */
    long got(Owner owner) {
        Uses uses = owners.get(owner);
        return uses == null ? -1 : uses.got;
    }

    /** The owner has nothing, as of when it had got so often. */
    void forget(Owner owner, long got) {
        Uses uses = owners.get(owner);
        if (uses != null && uses.underWay == 0 && uses.got == got) {
            owners.remove(owner);
        }
    }

    boolean isEmpty() {
        return owners.isEmpty();
    }

    /** Whether somebody has got something, in whatever file. */
    boolean hold() {
        return owners.values().stream().anyMatch(uses -> uses.got > 0);
    }

    /** Whether somebody has got something in this file. */
    boolean hold(InodeId inode) {
        return owners.entrySet().stream()
                .anyMatch(owner ->
                        owner.getValue().got > 0 && owner.getKey().inode().equals(inode));
    }

    /** All locks are gone. */
    void loseAll() {
        owners.forEach((owner, uses) -> {
            if (uses.got > 0) {
                lost.add(owner);
                uses.got = 0;
            }
        });
        owners.values().removeIf(uses -> uses.underWay == 0);
    }

    int lostCount() {
        return lost.size();
    }

    boolean isLost(Owner owner) {
        return lost.contains(owner);
    }

    /** Whether some owner of this file lost its locks, and does not know yet. */
    boolean isLost(InodeId inode) {
        return !lost.isEmpty() && lost.stream().anyMatch(owner -> owner.inode().equals(inode));
    }

    /** The owner is told; whether there was anything to tell. */
    boolean tellLost(Owner owner) {
        return lost.remove(owner);
    }
}
