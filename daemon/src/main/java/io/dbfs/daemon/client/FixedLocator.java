package io.dbfs.daemon.client;

import java.util.List;

/** The leader of a group whose members are configured: the supernode's. Goes round them until one leads. */
final class FixedLocator extends FollowedLeader {
    private final List<String> members;

    FixedLocator(List<String> members) {
        super(firstOf(members));
        this.members = List.copyOf(members);
    }

    private static String firstOf(List<String> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("supernode addresses: none (expected: at least one)");
        }
        return members.get(0);
    }

    @Override
    public String locate(long deadlineNanos) {
        return current();
    }

    @Override
    String after(String asked) {
        return members.get((members.indexOf(asked) + 1) % members.size());
    }
}
