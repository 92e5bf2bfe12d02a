package io.dbfs.supernode.names;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.RegisteredCluster;
import java.util.regex.Pattern;

/** Names of clusters. Two clusters that claim one name are told apart by their uuid. */
public final class ClusterNames {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private ClusterNames() {}

    /** Whether a cluster may have this name. */
    public static boolean valid(String name) {
        return VALID.matcher(name).matches();
    }

    /** The failure of a name that no cluster may have: EINVAL. */
    public static FsException invalid(String name) {
        return new FsException(Errno.EINVAL, "cluster name: '" + name + "' (expected: " + VALID + ")");
    }

    /** The failure of a name that another cluster has: EEXIST. */
    public static FsException taken(RegisteredCluster owner, String claimant) {
        return new FsException(
                Errno.EEXIST,
                "cluster name '" + owner.getName() + "' belongs to cluster " + owner.getUuid() + " (claimed by: "
                        + claimant + ")");
    }
}
