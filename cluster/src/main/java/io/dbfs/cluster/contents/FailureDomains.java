package io.dbfs.cluster.contents;

import io.dbfs.common.rpc.HostPort;
import io.dbfs.proto.NodeRecord;
import java.util.Collection;
import java.util.Locale;

/** What fails together: nodes of one host. Copies of a chunk, and voters, lie in different ones where they can. */
public final class FailureDomains {
    private FailureDomains() {}

    /** A node's host: the one it reported, else that of its address, so that nodes on one address are on one host. */
    public static String hostOf(NodeRecord node) {
        String host =
                node.getHost().isEmpty() ? HostPort.parse(node.getAddress()).host() : node.getHost();
        return host.toLowerCase(Locale.ROOT);
    }

    /** How many different hosts these are. */
    public static int count(Collection<String> hosts) {
        return (int) hosts.stream().distinct().count();
    }
}
