package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Access lists, set-user-id and the like, and access times on a mount of separate processes: done by root, and what an
 * ordinary user then may.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@EnabledIf("isRoot")
final class PermissionsTest {
    @TempDir
    static Path scratch;

    private static Deployment deployment;

    @BeforeAll
    static void start() throws IOException {
        deployment = Deployment.start(scratch, 1, 3);
        // The user who is let in or not has to get there.
        Shell.run(deployment.mount(), "chmod 755 . '" + scratch + "'");
    }

    @AfterAll
    static void stop() {
        if (deployment != null) {
            deployment.close();
        }
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Test
    void aListLetsInWhomItNamesAndNobodyElse() {
        Shell.run(deployment.mount(), """
                as() { setpriv --reuid="$1" --regid="$1" --clear-groups "${@:2}"; }
                echo secret > f && chmod 600 f
                ! as 12345 cat f 2> /dev/null
                setfacl -m u:12345:r f
                test "$(as 12345 cat f)" = secret
                ! as 12346 cat f 2> /dev/null
                ! as 12345 sh -c 'echo x >> f' 2> /dev/null
                test "$(stat -c %a f)" = 640
                chmod 600 f
                ! as 12345 cat f 2> /dev/null
                getfacl -cn f | grep -q '^user:12345:r--.*#effective:---'
                chmod g+r f && as 12345 cat f > /dev/null
                setfacl -b f && test "$(stat -c %a f)" = 600
                ! as 12345 cat f 2> /dev/null
                rm f
                """);
    }

    @Test
    void aDefaultListIsInheritedAndTheUmaskIsNot() {
        Shell.run(deployment.mount(), """
                mkdir d && setfacl -d -m u:12345:rwx,g::rx,o::- d
                umask 077
                mkdir d/sub && echo x > d/sub/f && mkfifo d/p
                test "$(stat -c %a d/sub)" = 770
                test "$(stat -c %a d/sub/f)" = 660
                test "$(stat -c %a d/p)" = 660
                getfacl -cn d/sub | grep -q '^default:user:12345:rwx'
                getfacl -cn d/sub/f | grep -q '^user:12345:rwx.*#effective:rw-'
                setpriv --reuid=12345 --regid=12345 --clear-groups sh -c 'echo y >> d/sub/f'
                setfacl -R -k d && umask 027
                mkdir d/plain && : > d/plain/f
                test "$(stat -c %a d/plain)" = 750 && test "$(stat -c %a d/plain/f)" = 640
                rm -r d
                """);
    }

    @Test
    void listsOutliveTheMountAndAreCopied() {
        Shell.run(
                deployment.mount(),
                "echo x > kept && setfacl -m u:77:rw,g:78:r kept && getfacl -cn kept > '" + scratch + "/acl'");
        deployment.remount();
        Shell.run(deployment.mount(), """
                getfacl -cn kept | cmp - '%1$s/acl'
                cp -a kept copied && getfacl -cn copied | cmp - '%1$s/acl'
                rm kept copied
                """.formatted(scratch));
    }

    @Test
    void setGroupIdGoesWhenAStrangerToTheGroupSetsAList() {
        Shell.run(deployment.mount(), """
                : > f && chown 12345:999 f && chmod 2755 f
                setpriv --reuid=12345 --regid=12345 --clear-groups setfacl -m u:5:r f
                test "$(stat -c %a f)" = 755
                rm f
                """);
    }

    @Test
    void privilegesOfAFileGoWhenAnotherWritesTruncatesOrItsOwnerChanges() {
        Shell.run(deployment.mount(), """
                as() { setpriv --reuid="$1" --regid="$1" --clear-groups "${@:2}"; }
                give() {
                  setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 "$1"
                  chmod 6777 "$1" && test "$(stat -c %a "$1")" = 6777
                }
                gone() { test "$(stat -c %a "$1")" = 777; ! getfattr -n security.capability "$1" 2> /dev/null; }
                echo x > p
                give p && as 12345 dd if=/dev/zero of=p bs=1 count=1 conv=notrunc status=none && gone p
                give p && as 12345 truncate -s 1 p && gone p
                give p && as 12345 sh -c ': > p' && gone p
                give p && chown 12345 p && gone p
                chmod 6777 p && as 12345 sh -c 'echo y >> p' && test "$(stat -c %a p)" = 777
                chmod 6777 p && echo root >> p && test "$(stat -c %a p)" = 6777
                rm p
                """);
    }

    @Test
    void readingIsSeenInAtimeByTheRulesOfRelatime() {
        Shell.run(deployment.mount(), """
                echo x > a && touch -a -d @1000 a && touch -m -d @2000 a
                test "$(stat -c %X a)" = 1000
                cat a > /dev/null
                read_at=$(stat -c %X a) && test "$read_at" -gt 2000
                test "$(stat -c %Y a)" = 2000
                """);
        String before = Shell.run(deployment.mount(), "stat -c %x a");
        deployment.remount();
        assertEquals(before, Shell.run(deployment.mount(), "stat -c %x a"), "told to the cluster at the unmount");
        assertEquals(before, Shell.run(deployment.mount(), "cat a > /dev/null && stat -c %x a && rm a"), "not due");
    }
}
