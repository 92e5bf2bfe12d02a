package io.dbfs.daemon.client;

import java.util.List;
import java.util.function.LongSupplier;

/** The leader of a group whose members are configured: the supernode's. Goes round them until one leads. */
final class FixedLocator extends FollowedLeader {
    private final List<String> members;

    FixedLocator(List<String> members, LongSupplier nanoTime) {
        super(firstOf(members), nanoTime);
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
        int at = members.indexOf(asked);
        for (int i = 1; i < members.size(); i++) {
            String next = members.get((at + i) % members.size());
            if (!isSilent(next)) {
                return next;
            }
        }
        return members.get((at + 1) % members.size());
    }
}
