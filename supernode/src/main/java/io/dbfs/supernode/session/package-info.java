/** Leases of mounted daemons: kept in the leader's memory, ended by a command. */
@NullMarked
package io.dbfs.supernode.session;

import org.jspecify.annotations.NullMarked;
