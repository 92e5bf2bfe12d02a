package io.dbfs.daemon.client;

import java.util.List;

/** The leader of a group whose members are configured: the supernode's. Goes round them until one leads. */
final class FixedLocator implements LeaderLocator {
    private final List<String> members;
    private volatile String current;

    FixedLocator(List<String> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("supernode addresses: none (expected: at least one)");
        }
        this.members = List.copyOf(members);
        this.current = members.get(0);
    }

    @Override
    public String locate(long deadlineNanos) {
        return current;
    }

    @Override
    public synchronized void follow(String asked, String hint) {
        if (!current.equals(asked)) {
            return;
        }
        if (hint.isEmpty() || hint.equals(asked)) {
            failed(asked);
        } else {
            current = hint;
        }
    }

    @Override
    public synchronized void failed(String asked) {
        if (current.equals(asked)) {
            current = members.get((members.indexOf(asked) + 1) % members.size());
        }
    }
}
