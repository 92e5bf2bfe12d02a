package io.dbfs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class MountOptionsTest {
    @Test
    void theSourceIsWhatIsMountedAndItsCommasAreNoOptionsEnd() {
        assertEquals(
                "fsname=a:7400\\,b:7400",
                MountOptions.DEFAULTS
                        .withSource("a:7400,b:7400")
                        .forLibfuse(true)
                        .get(0));
    }

    @Test
    void anEmptyTextGivesTheDefaults() {
        assertEquals(MountOptions.DEFAULTS, MountOptions.parse(""));
        assertEquals(
                MountOptions.DEFAULTS, MountOptions.parse("defaults,_netdev,nofail,x-systemd.automount,comment=ours"));
        assertEquals(Adapter.KERNEL, MountOptions.DEFAULTS.adapter());
        assertEquals(512, MountOptions.DEFAULTS.maxBackground());
    }

    @Test
    void rootMountsLikeALocalFilesystemAndOthersDoNot() {
        assertEquals(
                List.of("fsname=dbfs", "subtype=dbfs", "suid", "dev", "allow_other", "default_permissions"),
                MountOptions.DEFAULTS.forLibfuse(true));
        assertEquals(
                List.of("fsname=dbfs", "subtype=dbfs", "default_permissions"), MountOptions.DEFAULTS.forLibfuse(false));
    }

    @Test
    void flagsArePassedOnAndTheLaterOfTwoOppositesHolds() {
        assertEquals(List.of("noexec", "rw"), MountOptions.parse("ro,noexec,rw").flags());
        assertEquals(List.of("nodev"), MountOptions.parse("dev,nodev").flags());
        assertTrue(MountOptions.parse("ro,noatime").readOnly());
    }

    @Test
    void theLastWordOnAccessTimesHolds() {
        assertEquals(AccessTimes.RELATIVE, MountOptions.DEFAULTS.accessTimes());
        assertEquals(
                AccessTimes.NEVER, MountOptions.parse("strictatime,noatime").accessTimes());
        assertEquals(
                List.of("noatime"), MountOptions.parse("strictatime,noatime").flags());
        MountOptions strict = MountOptions.parse("noatime,nodiratime,strictatime");
        assertEquals(AccessTimes.STRICT, strict.accessTimes());
        assertEquals(List.of(), strict.flags(), "libfuse does not know it");
        assertEquals(
                AccessTimes.RELATIVE, MountOptions.parse("noatime,relatime").accessTimes());
        assertEquals(AccessTimes.NEVER, MountOptions.parse("ro").accessTimes());
    }

    @Test
    void directoriesMayBeLeftAlone() {
        MountOptions options = MountOptions.parse("nodiratime");
        assertEquals(AccessTimes.RELATIVE, options.accessTimes());
        assertEquals(AccessTimes.NEVER, options.directoryTimes());
        assertEquals(AccessTimes.STRICT, MountOptions.parse("strictatime").directoryTimes());
    }

    @Test
    void whereNobodyChecksPermissionsTheMountIsForItsUserAlone() {
        assertFalse(MountOptions.parse("nodefault_permissions").allowsOthers(true));
        assertTrue(refusal("allow_other,nodefault_permissions").contains("nodefault_permissions"));
    }

    @Test
    void switchesHaveOpposites() {
        assertTrue(MountOptions.parse("allow_other").allowsOthers(false));
        assertFalse(MountOptions.parse("noallow_other").allowsOthers(true));
        assertFalse(MountOptions.parse("nodefault_permissions").defaultPermissions());
    }

    @Test
    void valuesAreRead() {
        MountOptions options = MountOptions.parse("fuse=jnr, attr_timeout=1.5,entry_timeout=0,max_background=12");
        assertEquals(Adapter.JNR, options.adapter());
        assertEquals(OptionalLong.of(1_500_000_000), options.attributesValidNanos());
        assertEquals(OptionalLong.of(0), options.entryValidNanos());
        assertEquals(12, options.maxBackground());
    }

    @Test
    void unknownOptionsAreNamedBesideTheKnown() {
        String message = refusal("ro,fancy");
        assertTrue(message.startsWith("unknown mount option 'fancy' (known: ro, rw"), message);
        assertTrue(refusal("fancy=1").startsWith("unknown mount option 'fancy=1'"));
    }

    @Test
    void wrongValuesAreNamedBesideTheExpected() {
        for (String wrong :
                List.of("fuse=C", "attr_timeout=soon", "attr_timeout=-1", "max_background=0", "max_background=x")) {
            String message = refusal(wrong);
            assertTrue(message.contains(wrong) && message.contains("expected"), message);
        }
    }

    private static String refusal(String text) {
        return String.valueOf(assertThrows(MountException.class, () -> MountOptions.parse(text))
                .getMessage());
    }
}
