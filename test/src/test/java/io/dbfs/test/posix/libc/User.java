package io.dbfs.test.posix.libc;

import java.util.List;

/** Who calls: user, group and supplementary groups, as the kernel counts them. */
public record User(int uid, int gid, List<Integer> groups) {
    public static final User ROOT = new User(0, 0, List.of());
    /** Three ordinary users that no account needs to exist for; the third shares the first one's group as a supplementary one. */
    public static final User ALICE = new User(10_001, 20_001, List.of());

    public static final User BOB = new User(10_002, 20_002, List.of());
    public static final User CAROL = new User(10_003, 20_003, List.of(20_001));

    public User {
        groups = List.copyOf(groups);
    }
}
