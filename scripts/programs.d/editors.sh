# How editors save: vim (each backupcopy), nano, ed-like programs in place, and what emacs does, step by step; swap files.
# deadline: 300
content() { printf 'first\nsecond %s\n' "$1"; }
content 0 >file
ln file name2
chmod 640 file
setfattr -n user.kept -v yes file

vim_with() {
  vim -u NONE -i NONE -es -N "$@" </dev/null
}
for backup in yes no auto; do
  vim_with +"set backupskip= backup backupcopy=$backup writebackup fsync" +"%s/second .*/second $backup/" +wq file
  cmp file <(content "$backup")
  [[ $(stat -c %a file) == 640 && -e file~ ]]
done
# What a crash leaves: the swap file has what was typed.
echo 'saved words' >swapped
vim_with +'set directory=. fsync updatecount=1' +'normal otyped words' +preserve +'silent !cp .swapped.swp kept' +q! swapped
mv kept .swapped.swp
vim_with +'set directory=.' -r swapped +w! +q >/dev/null
cmp swapped <(printf 'saved words\ntyped words\n')
rm .swapped.swp

# nano wants a terminal, and a person who waits until it shows the file.
python3 - <<'PYTHON'
import os, pty
pid, terminal = pty.fork()
if pid == 0:
    os.environ['TERM'] = 'xterm'
    os.execlp('nano', 'nano', '--ignorercfiles', '-B', 'file')
def until(text):
    seen = b''
    while text not in seen:
        seen += os.read(terminal, 4096)
until(b'Read 2 lines')
os.write(terminal, b'typed \x0f')
until(b'File Name to Write')
os.write(terminal, b'\r')
until(b'Wrote 2 lines')
os.write(terminal, b'\x18')
assert os.waitpid(pid, 0)[1] == 0
PYTHON
[[ $(head -n 1 file) == 'typed first' && $(head -n 1 file~) == first ]]

sed -i.old 's/typed //' file
[[ $(head -n 1 file) == first && $(head -n 1 file.old) == 'typed first' ]]
perl -pi -e 's/first/FIRST/' file
[[ $(head -n 1 file) == FIRST ]]

python3 - file <<'PYTHON'
import os, sys, tempfile
name = sys.argv[1]

def save_by_renaming(text):
    """A temporary file beside it, synced, renamed over it, the directory synced."""
    fd, temporary = tempfile.mkstemp(dir='.')
    os.write(fd, text)
    os.fchmod(fd, os.stat(name).st_mode & 0o7777)
    os.fsync(fd)
    os.close(fd)
    os.rename(temporary, name)
    folder = os.open('.', os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)

def save_beside_backup(text):
    """emacs: the old file becomes the backup, a new one takes its name; a symlink is the lock."""
    os.symlink('user@host.1:2', '.#' + name)
    os.rename(name, name + '~')
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    os.write(fd, text)
    os.fsync(fd)
    os.close(fd)
    os.unlink('.#' + name)

def save_in_place(text):
    """O_TRUNC, with a reader that holds the file open."""
    with open(name, 'rb') as reader:
        before = os.fstat(reader.fileno()).st_ino
        with open(name, 'wb') as f:
            f.write(text)
        assert reader.read() == text
        assert os.stat(name).st_ino == before

for round in range(20):
    for save in (save_by_renaming, save_beside_backup, save_in_place):
        text = b'%s %d\n' % (save.__name__.encode(), round) * (round * 50 + 1)
        held = open(name, 'rb')
        old = os.fstat(held.fileno())
        was = os.pread(held.fileno(), 1 << 20, 0)
        save(text)
        assert open(name, 'rb').read() == text
        if save is not save_in_place:
            # Who held the old file open still reads it.
            assert os.pread(held.fileno(), 1 << 20, 0) == was
            assert os.fstat(held.fileno()).st_ino == old.st_ino != os.stat(name).st_ino
        held.close()
PYTHON
