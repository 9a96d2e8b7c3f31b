"""`python -m clientcomm_local up|down|status|clean`: the whole stack on this machine."""

import sys

from clientcomm_local.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
