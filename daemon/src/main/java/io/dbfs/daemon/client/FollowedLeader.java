package io.dbfs.daemon.client;

/** A leader that is believed until it fails, or until the process that was asked for it names another. */
abstract class FollowedLeader implements LeaderLocator {
    private volatile String current;

    FollowedLeader(String first) {
        current = first;
    }

    /** Who is believed to lead; empty while nobody is. */
    final String current() {
        return current;
    }

    /** Believes in another leader, unless one was named since {@code asked} was believed in. */
    final synchronized void adopt(String asked, String leader) {
        if (current.equals(asked)) {
            current = leader;
        }
    }

    @Override
    public final synchronized void follow(String asked, String hint) {
        if (hint.isEmpty() || hint.equals(asked)) {
            failed(asked);
        } else {
            adopt(asked, hint);
        }
    }

    @Override
    public final synchronized void failed(String asked) {
        if (current.equals(asked)) {
            current = after(asked);
        }
    }

    /** Who is asked next, when {@code asked} has failed; empty to look anew. Called by one thread at a time. */
    abstract String after(String asked);
}
