package io.dbfs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class PrivilegesTest {
    @Test
    void setUserIdGoesAndSetGroupIdWithGroupExecution() {
        assertEquals(0755, Privileges.without(06755));
        assertEquals(02644, Privileges.without(06644));
        assertEquals(01777, Privileges.without(01777));
    }
}
