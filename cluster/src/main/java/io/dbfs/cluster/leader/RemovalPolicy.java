package io.dbfs.cluster.leader;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import java.util.List;

/** Says whether a node may be removed: not where the others cannot hold its chunks or would not be a majority. */
final class RemovalPolicy {
    private RemovalPolicy() {}

    /**
     * What a removal has to reckon with.
     *
     * @param name of the node
     * @param alive whether it can still be read from
     * @param storedBytes of its chunks; 0 where it is dead
     * @param lastCopies chunks of which no living node but this one has a copy
     * @param others nodes that take its chunks
     * @param copies of each chunk that the cluster keeps
     * @param voters those of the group, the node among them where it votes
     * @param self the node as a voter or not
     */
    record Removal(
            String name,
            boolean alive,
            long storedBytes,
            long lastCopies,
            List<Candidate> others,
            int copies,
            List<VoterPolicy.Peer> voters,
            VoterPolicy.Peer self) {
        Removal {
            others = List.copyOf(others);
            voters = List.copyOf(voters);
        }
    }

    /** @throws FsException EBUSY or ENOSPC, saying what stands in the way and what to do */
    static void check(Removal removal) {
        String node = "node " + removal.name();
        if (!removal.alive() && removal.lastCopies() > 0) {
            throw new FsException(
                    Errno.EBUSY,
                    node + " is dead and has the last copy of " + removal.lastCopies()
                            + " chunks (expected: start it again, so that they can be copied)");
        }
        if (removal.others().size() < removal.copies()) {
            throw new FsException(
                    Errno.EBUSY,
                    node + " is needed: without it " + removal.others().size() + " nodes are left for "
                            + removal.copies() + " copies of each chunk (expected: add a node first)");
        }
        long room = removal.others().stream().mapToLong(Candidate::freeBytes).sum();
        if (room < removal.storedBytes()) {
            throw new FsException(
                    Errno.ENOSPC,
                    node + " stores " + removal.storedBytes() + " bytes and the others have room for " + room
                            + " (expected: add a node first)");
        }
        if (removal.voters().contains(removal.self()) && !VoterPolicy.keepsMajority(removal.voters(), removal.self())) {
            throw new FsException(
                    Errno.EBUSY,
                    node + " votes, and without it the nodes that are alive are no majority (expected: start the others"
                            + " first)");
        }
    }
}
