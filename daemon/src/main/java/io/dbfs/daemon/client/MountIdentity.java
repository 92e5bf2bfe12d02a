package io.dbfs.daemon.client;

/** Who mounts, for people who look at the system's status. {@code host} also finds replicas nearby. */
public record MountIdentity(String host, String mountPoint, String version) {}
