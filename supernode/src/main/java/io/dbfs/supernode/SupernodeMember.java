package io.dbfs.supernode;

/**
 * One process of the supernode.
 *
 * @param apiAddress "host:port" of its API as others reach it
 * @param raftAddress "host:port" of its Raft endpoint as others reach it; its identity in the group
 */
public record SupernodeMember(String apiAddress, String raftAddress) {}
