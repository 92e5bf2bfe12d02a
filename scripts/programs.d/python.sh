# Python's sqlite3, dbm (gdbm where it is, ndbm, dumb), shelve, mmap, zipfile, tempfile, shutil, lock files, multiprocessing.
# deadline: 300
python3 - <<'PYTHON'
import dbm, dbm.dumb, fcntl, mmap, os, shelve, shutil, sqlite3, subprocess, sys, tempfile, zipfile

connection = sqlite3.connect('python.db', isolation_level=None)
connection.execute('create table t(n integer primary key, v blob)')
for start in range(0, 1000, 100):
    connection.execute('begin')
    connection.executemany('insert into t values(?, ?)', [(n, os.urandom(300)) for n in range(start, start + 100)])
    connection.execute('rollback' if start == 500 else 'commit')
connection.execute('pragma mmap_size=10000000')
assert connection.execute('select count(*) from t').fetchone() == (900,)
assert connection.execute('pragma integrity_check').fetchone() == ('ok',)
connection.close()

kinds = ['dbm.dumb']
for kind in ('dbm.gnu', 'dbm.ndbm'):
    try:
        __import__(kind)
        kinds.append(kind)
    except ImportError:
        pass
for kind in kinds:
    module = sys.modules[kind]
    with module.open('base-' + kind, 'n') as base:
        for n in range(500):
            base[str(n)] = b'value %d' % n * 20
        for n in range(0, 500, 3):
            del base[str(n)]
    with module.open('base-' + kind, 'r') as base:
        assert len(base.keys()) == 333 and base['100'] == b'value 100' * 20, kind

with shelve.open('shelf') as shelf:
    shelf['list'] = list(range(1000))
with shelve.open('shelf') as shelf:
    assert shelf['list'][-1] == 999

with open('mapped', 'w+b') as f:
    f.truncate(1 << 20)
    with mmap.mmap(f.fileno(), 0) as mapped:
        mapped[4090:4100] = b'0123456789'
        mapped.flush()
        assert os.pread(f.fileno(), 10, 4090) == b'0123456789'
        os.pwrite(f.fileno(), b'XY', 4092)
        assert mapped[4090:4100] == b'01XY456789'

with zipfile.ZipFile('archive.zip', 'w', zipfile.ZIP_DEFLATED) as archive:
    for n in range(100):
        archive.writestr('folder/%d' % n, os.urandom(n * 10))
with zipfile.ZipFile('archive.zip', 'a') as archive:
    archive.writestr('later', b'later')
with zipfile.ZipFile('archive.zip') as archive:
    assert archive.testzip() is None and len(archive.namelist()) == 101

tempfile.tempdir = '.'
with tempfile.TemporaryFile() as f:
    f.write(b'nameless' * 1000)
    f.seek(0)
    assert f.read() == b'nameless' * 1000
with tempfile.TemporaryDirectory() as folder:
    shutil.copytree('/usr/lib/python3/dist-packages' if os.path.isdir('/usr/lib/python3/dist-packages') else '.', folder + '/copy',
                    ignore=lambda at, names: names[40:])

# Appends of eight processes to one file: every record whole.
writer = "import os\nfd = os.open('shared', os.O_WRONLY | os.O_APPEND | os.O_CREAT)\n" \
         "for n in range(100): os.write(fd, b'%d' % os.getpid() * 20 + b'\\n')"
workers = [subprocess.Popen([sys.executable, '-c', writer]) for _ in range(8)]
assert all(worker.wait() == 0 for worker in workers)
lines = open('shared').read().splitlines()
assert len(lines) == 800
assert all(line == line[:len(line) // 20] * 20 for line in lines)

# lockf by two descriptors' processes.
with open('locked', 'w') as f:
    fcntl.lockf(f, fcntl.LOCK_EX)
    other = subprocess.run([sys.executable, '-c', "import fcntl\nfcntl.lockf(open('locked', 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"],
                           capture_output=True)
    assert b'BlockingIOError' in other.stderr
PYTHON
