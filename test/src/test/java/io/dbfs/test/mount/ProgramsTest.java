package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.Digests;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people do with a directory, done on a mount of separate processes: one supernode, three nodes, two copies. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class ProgramsTest {
    @TempDir
    static Path scratch;

    private static Deployment deployment;

    @BeforeAll
    static void start() throws IOException {
        deployment = Deployment.start(scratch, 1, 3);
    }

    @AfterAll
    static void stop() {
        if (deployment != null) {
            deployment.close();
        }
    }

    @Test
    void aTreeOf2000FilesArrivesAsItIs() throws IOException {
        Path source = Files.createDirectory(scratch.resolve("tree-source"));
        Shell.run(source, """
                for d in $(seq 0 39); do
                  mkdir -p "dir $d/sub"
                  for f in $(seq 0 48); do
                    head -c $(( (d * 49 + f) * 37 % 20000 )) /dev/urandom > "dir $d/sub/file-$f.bin"
                  done
                  ln -s "sub/file-1.bin" "dir $d/link"
                done
                head -c 9000000 /dev/urandom > large.bin
                : > empty
                chmod 600 large.bin; chmod 755 empty
                """);
        Path mounted = deployment.mount();
        Shell.run(mounted, "cp -a '" + source + "' tree");
        String expected = Digests.ofTree(source);
        assertEquals(expected, Digests.ofTree(mounted.resolve("tree")));
        deployment.remount();
        assertEquals(expected, Digests.ofTree(mounted.resolve("tree")), "after a fresh mount");
        Shell.run(mounted, "rm -rf tree && test ! -e tree && mkdir tree && rmdir tree");
    }

    @Test
    void gitWorks() {
        Path mounted = deployment.mount();
        Shell.run(mounted, """
                export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
                git init -q repo && cd repo
                for i in $(seq 1 150); do mkdir -p "d$((i % 10))"; seq 1 $i > "d$((i % 10))/f$i"; done
                git add . && git commit -qm one
                for i in $(seq 1 20); do echo "change $i" >> "d$((i % 10))/f$i"; git commit -qam "change $i"; done
                test -z "$(git status --porcelain)"
                git gc -q && git fsck --strict --no-progress
                git clone -q . ../clone && cd ../clone && git fsck --no-progress
                test "$(git rev-parse HEAD)" = "$(git -C ../repo rev-parse HEAD)"
                test -z "$(git status --porcelain)"
                diff -r --exclude=.git . ../repo
                cd .. && rm -rf repo clone
                """);
    }

    @Test
    void sqliteKeepsItsDatabaseWhole() {
        Path mounted = deployment.mount();
        String printed = Shell.run(mounted, """
                sqlite3 data.db "pragma journal_mode=delete; create table t(id integer primary key, v text);"
                for i in $(seq 1 20); do
                  sqlite3 data.db "begin; with recursive n(x) as (select 1 union all select x + 1 from n where x < 200) insert into t(v) select hex(randomblob(40)) from n; commit;"
                done
                sqlite3 data.db "update t set v = upper(v) where id % 7 = 0; delete from t where id % 11 = 0; vacuum;"
                sqlite3 data.db "pragma integrity_check; select count(*) from t;"
                rm data.db
                """);
        assertTrue(printed.contains("ok\n3637"), printed);
    }

    @Test
    void tarGoesOutAndIn() {
        Path mounted = deployment.mount();
        Shell.run(mounted, """
                mkdir in out
                for i in $(seq 1 200); do head -c $((i * 91)) /dev/urandom > in/f$i; done
                ln in/f1 in/hard; ln -s f2 in/soft; mkfifo in/fifo; chmod 640 in/f3; touch -d '2001-02-03 04:05:06' in/f4
                tar -cf archive.tar in
                tar -xpf archive.tar -C out
                diff -r --no-dereference in out/in 2>&1 | grep -v 'is a fifo' || true
                test "$(stat -c %Y in/f4)" = "$(stat -c %Y out/in/f4)"
                test "$(stat -c %a out/in/f3)" = 640
                test "$(stat -c %h out/in/hard)" = 2
                test -p out/in/fifo
                (cd in && find . -type f -exec sha256sum {} + | sort) > a
                (cd out/in && find . -type f -exec sha256sum {} + | sort) > b
                cmp a b
                rm -rf in out archive.tar a b
                """);
    }

    @Test
    void aGibibyteIsWrittenAndReadBack() {
        Path mounted = deployment.mount();
        Shell.run(mounted, """
                # The stream is known beforehand, so that nothing but the mount can change it.
                stream() { openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff -iv 0 -nosalt < <(head -c 1073741824 /dev/zero); }
                expected=$(stream | sha256sum)
                stream | dd of=large bs=1M iflag=fullblock conv=fsync status=none
                test "$(stat -c %s large)" = 1073741824
                test "$(sha256sum < large)" = "$expected"
                echo "$expected" > large.sha
                """);
        deployment.remount();
        Shell.run(mounted, "test \"$(sha256sum < large)\" = \"$(cat large.sha)\" && rm large large.sha");
    }

    @Test
    void tenProcessesWriteAtOnce() {
        Path mounted = deployment.mount();
        Shell.run(mounted, """
                mkdir many && cd many
                worker() {
                  for f in $(seq 1 30); do printf '%s %s\\n' $1 $f > small-$1-$f; done
                  head -c 6000000 /dev/urandom > big-$1
                  sha256sum big-$1 > sum-$1
                  for n in $(seq 1 50); do echo "line $n of $1" >> shared; done
                }
                for w in $(seq 1 10); do worker $w & done
                wait
                cat sum-* | sha256sum -c --quiet
                test $(ls small-* | wc -l) = 300
                test $(wc -l < shared) = 500
                test $(sort shared | uniq -d | wc -l) = 0
                for w in $(seq 1 10); do test "$(cat small-$w-30)" = "$w 30"; done
                cd .. && rm -rf many
                """);
    }

    @Test
    void namesMayBeAnythingThatIsUtf8() {
        Path mounted = deployment.mount();
        Shell.run(mounted, """
                mkdir 'ünïcode ☃' && cd 'ünïcode ☃'
                echo x > '日本語' && test "$(cat 日本語)" = x
                long=$(printf 'n%.0s' $(seq 1 255)); echo y > "$long" && test "$(cat "$long")" = y
                if echo z > "n$long" 2>/dev/null; then exit 1; fi
                cd .. && rm -rf 'ünïcode ☃'
                """);
    }
}
