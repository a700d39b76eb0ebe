"""党费：登记、更正、确认、查询。The bot never touches money: it keeps what members and the secretary say."""
